using System.Text;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Ticket authentication by the application's own check. Configured users are looked up first, and checked as without it.</summary>
/// <param name="realm">The name of the realm.</param>
/// <param name="check">The application's check; it returns null where the ticket is wrong.</param>
/// <param name="configured">The method for configured users; null where there are none.</param>
/// <param name="most">How many checks may run now: one that does not end counts for as long as it runs, though its client is gone.</param>
/// <param name="identities">Turns the application's answer into a step.</param>
internal sealed class ApplicationTicketMethod(
    string realm, Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> check, TicketMethod? configured, ApplicationIdentities identities, Func<int> most) : IAuthenticationMethod
{
    private static readonly AuthenticationStep.Refuse NoName = TicketMethod.Denied with { LogDetail = "an authid longer than any" };

    private static readonly AuthenticationStep.Refuse GivenUp = new(WampErrors.AuthenticationFailed, "the login was given up", "nobody waits for it any more");

    private static readonly AuthenticationStep.Refuse TooMany = new(
        WampErrors.AuthenticationFailed, "too many logins at the same time; try again", "too many checks of the application have not ended (Sessions:QueuedTicketChecks)");

    /// <inheritdoc />
    public string Name => "ticket";

    /// <inheritdoc />
    public AuthenticationStep? Begin(HelloRequest hello, ConnectionDetails connection) =>
        hello.AuthId is not { Length: > 0 } authId ? TicketMethod.NoAuthId
        : NameRules.FindProblem(authId) is not null ? NoName
        : configured?.Knows(authId) is true ? configured.Begin(hello, connection)
        : new AuthenticationStep.Challenge(Name, new Pending(this, authId, connection));

    /// <inheritdoc />
    /// <remarks>The application is not asked again about the users that it has let in.</remarks>
    public string? WhyGone(MemberIdentity identity) =>
        identity.AuthProvider == ApplicationIdentities.Provider ? null : configured is null ? "the realm no longer has this user" : configured.WhyGone(identity);

    private async Task<WampIdentity?> RunAsync(WampTicketLogin login, CancellationToken cancellationToken)
    {
        try
        {
            return await check(login, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            identities.EndCheck();
        }
    }

    private async Task<AuthenticationStep> CheckAsync(WampTicketLogin login, Task givenUp)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            // Elsewhere: the application's code may block before its first await, and neither the session's thread nor its refusal is to be held up by it.
            var checking = Task.Run(() => RunAsync(login, cancellation.Token), CancellationToken.None);
            if (await Task.WhenAny(checking, givenUp).ConfigureAwait(false) == givenUp)
            {
                await cancellation.CancelAsync().ConfigureAwait(false);
                _ = TellFailureAsync(checking);
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

    private bool TryBegin() => identities.TryBeginCheck(Name, most());

    private void ReportLate() => identities.ReportLate(Name);

    /// <summary>What comes of a check that nobody waits for matters to nobody, but a fault of the application's code does.</summary>
    private async Task TellFailureAsync(Task checking)
    {
        try
        {
            await checking.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As it was asked to.
        }
        catch (Exception e)
        {
            identities.Fail(e, Name);
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

            if (!method.TryBegin())
            {
                return ValueTask.FromResult<AuthenticationStep>(TooMany);
            }

            var login = new WampTicketLogin(method.Realm, authId, Encoding.UTF8.GetString(signatureUtf8))
            {
                Address = connection.IsAddressKnown ? connection.ClientIp : null,
                IsSecure = connection.IsSecure,
                User = connection.User,
            };

            return new ValueTask<AuthenticationStep>(method.CheckAsync(login, _givenUp.Task));
        }

        public void GiveUp(bool isLate)
        {
            _givenUp.TrySetResult();
            if (isLate)
            {
                method.ReportLate();
            }
        }
    }

    private string Realm { get; } = realm;
}
