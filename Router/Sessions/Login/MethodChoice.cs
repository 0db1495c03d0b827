using System.Text;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Login;

/// <summary>Decides the first step after a HELLO: checks the realm, then takes the first of the client's methods that the realm offers (<c>rfc/text/advanced/authentication.md</c>).</summary>
internal static class MethodChoice
{
    /// <summary>The first step.</summary>
    /// <param name="login">What the client says, and how it reached the router.</param>
    /// <param name="realm">The realm it names; null where there is none.</param>
    /// <param name="isDraining">Whether the router is shutting down.</param>
    /// <param name="givenUp">Cancelled when nobody waits for the login any more.</param>
    public static async ValueTask<AuthenticationStep> BeginAsync(LoginRequest login, LoginPolicy? realm, bool isDraining, CancellationToken givenUp)
    {
        var hello = login.Hello;
        if (isDraining)
        {
            return new AuthenticationStep.Refuse(WampErrors.SystemShutdown, "the router is shutting down", "it is shutting down");
        }

        var name = Encoding.UTF8.GetBytes(hello.Realm);
        if (!WampUri.IsValid(name, strict: false))
        {
            return new AuthenticationStep.Refuse(WampErrors.InvalidUri, $"the name of a realm is a URI; {UriText.Explain(name, strict: false)}", "its name is no URI");
        }

        if (realm is null)
        {
            return new AuthenticationStep.Refuse(WampErrors.NoSuchRealm, "this router has no such realm", "there is no such realm");
        }

        if (hello.AuthExtraBytes > EncodedExtra.MaxBytes)
        {
            var size = FormattableString.Invariant($"HELLO.Details.authextra has {hello.AuthExtraBytes} bytes, and {EncodedExtra.MaxBytes} is the most");
            return new AuthenticationStep.Refuse(WampErrors.PayloadSizeExceeded, size, size);
        }

        if (login.Connection.Granted is { } granted)
        {
            return new AuthenticationStep.Accept(granted.AuthId, granted.AuthRole, granted.AuthMethod, granted.AuthProvider);
        }

        if (HttpUserMethod.IsMeantBy(hello) && await BeginAsync(login, realm, HttpUserMethod.MethodName, givenUp).ConfigureAwait(false) is { } user)
        {
            return user;
        }

        AuthenticationStep? refusal = null;
        List<string>? notForIt = null;
        foreach (var method in hello.AuthMethods)
        {
            switch (await BeginAsync(login, realm, method, givenUp).ConfigureAwait(false))
            {
                case null when realm.Method(method) is not null:
                    (notForIt ??= []).Add(method);
                    break;
                case null:
                    break;
                case AuthenticationStep.Refuse refused:
                    refusal ??= refused;        // a later method in the client's list may still work
                    break;
                case { } step:
                    return step;
            }
        }

        return refusal ?? NoMethod(hello, realm, notForIt);
    }

    private static ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, LoginPolicy realm, string name, CancellationToken givenUp)
    {
        if (realm.Method(name) is not { } method)
        {
            return new((AuthenticationStep?)null);
        }

        login.Method = method.Name;
        return method.BeginAsync(login, givenUp);
    }

    /// <param name="hello">What the client says.</param>
    /// <param name="realm">The realm.</param>
    /// <param name="notForIt">Methods that both have, and that do not serve this client.</param>
    private static AuthenticationStep.Refuse NoMethod(HelloRequest hello, LoginPolicy realm, List<string>? notForIt)
    {
        if (!hello.NamedMethods)
        {
            return new(WampErrors.AuthenticationRequired, $"the realm takes {realm.MethodNames}: name authmethods and authid in HELLO.Details", "no authmethods in HELLO");
        }

        var offered = $"offered: {string.Join(", ", hello.AuthMethods)}";
        if (notForIt is null)
        {
            return new(WampErrors.NoMatchingAuthMethod, $"the realm takes {realm.MethodNames}, and the client offered nothing of that (HELLO.Details.authmethods)", offered);
        }

        var names = string.Join(" or ", notForIt.Distinct(StringComparer.Ordinal).Select(name => $"'{name}'"));
        return new(WampErrors.NoMatchingAuthMethod, $"the realm takes {realm.MethodNames}; the client offered {names} of these, and may not log in with it", $"{offered}; not for this client: {names}");
    }
}
