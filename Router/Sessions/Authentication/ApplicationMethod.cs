using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>An authentication method of the application's own (<see cref="IWampAuthenticator"/>) as one realm offers it. Any thread.</summary>
/// <param name="name">Its name in HELLO.Details.authmethods.</param>
/// <param name="open">Makes an authenticator for one login.</param>
/// <param name="checks">Runs the application's code.</param>
internal sealed class ApplicationMethod(string name, Func<OpenAuthenticator> open, ApplicationChecks checks) : IAuthenticationMethod
{
    /// <summary>The longest AUTHENTICATE.Signature, in bytes.</summary>
    public const int LongestSignature = 16 * 1024;

    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public async ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp)
    {
        var authId = login.Hello.AuthId;
        if (authId is not null && NameRules.FindProblem(authId) is { } mistake)
        {
            return new AuthenticationStep.Refuse(WampErrors.AuthenticationDenied, $"the authid {mistake}", $"an authid that {mistake}");
        }

        if (!ApplicationExtras.TryRead(login.Hello.AuthExtra, out var extra, out var problem))
        {
            return ApplicationConversation.Unreadable("HELLO.Details.authextra", problem!);
        }

        var request = new WampLoginRequest(login.Hello.Realm, name, (long)login.Session, new WampLoginConnection(login.Connection)) { AuthId = authId, AuthExtra = extra };
        var conversation = new ApplicationConversation(name, open, checks, login);
        var step = await conversation.BeginAsync(request, givenUp).ConfigureAwait(false);
        return ReferenceEquals(step, ApplicationConversation.Skip) ? null : step;
    }

    /// <inheritdoc />
    /// <remarks>The application is not asked again about the users that it has let in; those whom a method of the configuration let in under this name could not join now.</remarks>
    public string? WhyGone(MemberIdentity identity) => identity.AuthProvider == ApplicationIdentities.Provider ? null : "the realm no longer has this user";
}
