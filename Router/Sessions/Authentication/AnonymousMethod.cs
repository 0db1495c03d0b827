using System.Globalization;
using System.Security.Cryptography;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Logs clients in without proof, with a random authid.</summary>
internal sealed class AnonymousMethod(AnonymousSettings settings) : IAuthenticationMethod
{
    /// <inheritdoc />
    public string Name => AnonymousSettings.MethodName;

    /// <inheritdoc />
    public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) => new(Begin(login.Connection));

    /// <inheritdoc />
    public string? WhyGone(MemberIdentity identity) =>
        identity.AuthRole != settings.Role ? $"anonymous sessions have the role '{settings.Role}' now"
        : settings.LoopbackOnly && !identity.IsLocal ? "anonymous sessions may come from the router's own machine only"
        : null;

    private AuthenticationStep Begin(ConnectionDetails connection)
    {
        if (settings.LoopbackOnly && !connection.IsLocal)
        {
            return new AuthenticationStep.Refuse(
                WampErrors.AuthenticationRequired,
                "anonymous sessions are allowed from the router's own machine only; join with an authentication method",
                string.Create(CultureInfo.InvariantCulture, $"anonymous is loopback-only, the peer is {connection.DescribeOrigin()}"));
        }

        return new AuthenticationStep.Accept(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), settings.Role, Name, "static") { IsAuthIdMadeUp = true };
    }
}
