using System.Text;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Ticket authentication by the application's own check. Configured users are looked up first, and checked as without it.</summary>
/// <param name="realm">The name of the realm.</param>
/// <param name="check">The application's check; it returns null where the ticket is wrong.</param>
/// <param name="configured">The method for configured users; null where there are none.</param>
/// <param name="identities">Turns the application's answer into a step.</param>
internal sealed class ApplicationTicketMethod(
    string realm, Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> check, TicketMethod? configured, ApplicationIdentities identities) : IAuthenticationMethod
{
    private static readonly AuthenticationStep.Refuse GivenUp = new(WampErrors.AuthenticationFailed, "the login was given up", "nobody waits for it any more");

    /// <inheritdoc />
    public string Name => "ticket";

    /// <inheritdoc />
    public AuthenticationStep? Begin(HelloRequest hello, ConnectionDetails connection) =>
        hello.AuthId is not { Length: > 0 } authId ? TicketMethod.NoAuthId
        : configured?.Knows(authId) is true ? configured.Begin(hello, connection)
        : new AuthenticationStep.Challenge(Name, new Pending(this, authId, connection));

    private async Task<AuthenticationStep> CheckAsync(WampTicketLogin login, Task givenUp)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            var checking = check(login, cancellation.Token).AsTask();
            if (await Task.WhenAny(checking, givenUp).ConfigureAwait(false) == givenUp)
            {
                await cancellation.CancelAsync().ConfigureAwait(false);
                return GivenUp;     // the application may ignore the cancellation, so its check is not awaited
            }

            return await checking.ConfigureAwait(false) is { } identity
                ? identities.Accept(identity, Name)
                : TicketMethod.Denied with { LogDetail = "the application does not know it, or the ticket is wrong" };
        }
        catch (Exception e)
        {
            return identities.Fail(e, Name);        // the application's code may throw anything; only this login fails
        }
    }

    private sealed class Pending(ApplicationTicketMethod method, string authId, ConnectionDetails connection) : IPendingAuthentication
    {
        private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8)
        {
            if (signatureUtf8.Length > TicketHash.LongestTicket)
            {
                return ValueTask.FromResult<AuthenticationStep>(TicketMethod.Denied with { LogDetail = "a ticket longer than any" });
            }

            var login = new WampTicketLogin(method.Realm, authId, Encoding.UTF8.GetString(signatureUtf8))
            {
                Address = connection.IsAddressKnown ? connection.ClientIp : null,
                IsSecure = connection.IsSecure,
                User = connection.User,
            };

            // On another thread: the application's code may block before its first await, and must not block the session's thread.
            return new ValueTask<AuthenticationStep>(Task.Run(() => method.CheckAsync(login, _givenUp.Task)));
        }

        public void GiveUp() => _givenUp.TrySetResult();
    }

    private string Realm { get; } = realm;
}
