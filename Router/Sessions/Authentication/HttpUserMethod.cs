using System.Security.Claims;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Joining as the user that ASP.NET Core has authenticated, by whatever the application uses: a cookie, a bearer token, a client certificate. Nothing more is asked of the client, so it is also
/// tried for clients that name no method, or only <c>anonymous</c> or <c>cookie</c>.
/// </summary>
/// <param name="identify">Says who the user is in the realm.</param>
/// <param name="identities">Takes the answer.</param>
internal sealed class HttpUserMethod(Func<ClaimsPrincipal, WampIdentity?> identify, ApplicationIdentities identities) : IAuthenticationMethod
{
    /// <summary>Its name in HELLO.Details.authmethods.</summary>
    public const string MethodName = "http";

    /// <inheritdoc />
    public string Name => MethodName;

    /// <summary>Whether it is tried though the client does not name it.</summary>
    public static bool IsMeantBy(HelloRequest hello) => !hello.NamedMethods || hello.AuthMethods.Any(method => method is "anonymous" or "cookie");

    /// <inheritdoc />
    public AuthenticationStep? Begin(HelloRequest hello, ConnectionDetails connection)
    {
        if (connection.User is not { } user)
        {
            return null;
        }

        try
        {
            return identify(user) is { } identity ? identities.Accept(identity, Name) : null;
        }
        catch (Exception e)
        {
            return identities.Fail(e, Name);        // the application's code may throw anything; it costs this login alone
        }
    }
}
