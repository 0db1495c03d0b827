using System.Text;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>Ticket authentication by the application's own check. Configured users are looked up first, and checked as without it.</summary>
/// <param name="realm">The name of the realm.</param>
/// <param name="check">The application's check; it returns null where the ticket is wrong.</param>
/// <param name="configured">The method for configured users; null where there are none.</param>
/// <param name="checks">Runs the application's code.</param>
internal sealed class ApplicationTicketMethod(
    string realm, Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>> check, TicketMethod? configured, ApplicationChecks checks) : IAuthenticationMethod
{
    private static readonly AuthenticationStep.Refuse NoName = TicketMethod.Denied with { LogDetail = "an authid longer than any" };

    /// <inheritdoc />
    public string Name => TicketSettings.MethodName;

    /// <inheritdoc />
    public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) =>
        login.Hello.AuthId is not { Length: > 0 } authId ? new(TicketMethod.NoAuthId)
        : NameRules.FindProblem(authId) is not null ? new(NoName)
        : configured?.Knows(authId) is true ? configured.BeginAsync(login, givenUp)
        : new(new AuthenticationStep.Challenge(Name, new Pending(this, authId, login)));

    /// <inheritdoc />
    /// <remarks>The application is not asked again about the users that it has let in.</remarks>
    public string? WhyGone(MemberIdentity identity) =>
        identity.AuthProvider == ApplicationIdentities.Provider ? null : configured is null ? "the realm no longer has this user" : configured.WhyGone(identity);

    /// <inheritdoc />
    public bool Confirms(IAuthenticationMethod former, MemberIdentity identity) =>
        identity.AuthProvider == ApplicationIdentities.Provider || (former is ApplicationTicketMethod { Configured: { } same } && configured?.Confirms(same, identity) is true);

    private TicketMethod? Configured => configured;

    private async ValueTask<AuthenticationStep> CheckAsync(WampTicketLogin ticket, CancellationToken cancellationToken) =>
        await check(ticket, cancellationToken).ConfigureAwait(false) is { } identity
            ? Checks.Identities.Accept(identity, Name)
            : TicketMethod.Denied with { LogDetail = "the application does not know it, or the ticket is wrong" };

    private sealed class Pending(ApplicationTicketMethod method, string authId, LoginRequest login) : IPendingAuthentication
    {
        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp)
        {
            if (signatureUtf8.Length > TicketHash.LongestTicket)
            {
                return ValueTask.FromResult<AuthenticationStep>(TicketMethod.Denied with { LogDetail = "a ticket longer than any" });
            }

            var connection = login.Connection;
            var ticket = new WampTicketLogin(method.Realm, authId, Encoding.UTF8.GetString(signatureUtf8))
            {
                Address = connection.IsAddressKnown ? connection.ClientIp : null,
                IsSecure = connection.IsSecure,
                User = connection.User,
            };

            return method.Checks.RunAsync(method.Name, login, cancellationToken => method.CheckAsync(ticket, cancellationToken), givenUp);
        }
    }

    private string Realm { get; } = realm;

    private ApplicationChecks Checks { get; } = checks;
}
