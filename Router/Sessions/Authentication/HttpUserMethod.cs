using System.Security.Claims;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Logs a client in as the user that ASP.NET Core has authenticated, for example by a cookie, a bearer token or a client certificate. The client need not do anything more, so this method is also
/// tried for clients that name no method, or name <c>anonymous</c> or <c>cookie</c>.
/// </summary>
/// <param name="identify">Returns the user's identity in the realm, or null for none.</param>
/// <param name="identities">Turns that identity into a step.</param>
internal sealed class HttpUserMethod(Func<ClaimsPrincipal, WampIdentity?> identify, ApplicationIdentities identities) : IAuthenticationMethod
{
    /// <summary>Its name in HELLO.Details.authmethods.</summary>
    public const string MethodName = "http";

    /// <inheritdoc />
    public string Name => MethodName;

    /// <summary>Whether the method is tried although the client does not name it.</summary>
    public static bool IsMeantBy(HelloRequest hello) => !hello.NamedMethods || hello.AuthMethods.Any(method => method is AnonymousSettings.MethodName or "cookie");

    /// <inheritdoc />
    public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) => new(Begin(login.Connection.User));

    private AuthenticationStep? Begin(ClaimsPrincipal? user)
    {
        if (user is null)
        {
            return null;
        }

        try
        {
            return identify(user) is { } identity ? identities.Accept(identity, Name) : null;
        }
        catch (Exception e)
        {
            return identities.Fail(e, Name);        // the application's code may throw anything; only this login fails
        }
    }
}
