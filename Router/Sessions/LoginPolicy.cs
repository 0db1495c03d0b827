using System.Collections.Frozen;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Sessions;

/// <summary>One version of what the configuration says of a realm's sessions: their settings, and the methods by which clients join. Immutable, and replaced as a whole. Any thread.</summary>
/// <param name="settings">The settings.</param>
/// <param name="methods">The methods that the realm offers.</param>
internal sealed class LoginPolicy(SessionSettings settings, IEnumerable<IAuthenticationMethod> methods)
{
    private readonly FrozenDictionary<string, IAuthenticationMethod> _methods = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>The settings of the realm's sessions.</summary>
    public SessionSettings Settings { get; } = settings;

    /// <summary>The names of the methods, for messages to people.</summary>
    public string MethodNames => _methods.Count == 0 ? "nobody" : string.Join(" or ", _methods.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));

    /// <summary>A method by its name, if the realm offers it.</summary>
    public IAuthenticationMethod? Method(string name) => _methods.GetValueOrDefault(name);

    /// <summary>Says why a session that joined under an earlier version could not join now; null: it could. Another ticket of the same user is no reason.</summary>
    public string? WhyGone(MemberIdentity identity) =>
        identity.IsGranted || identity.IsLedHere ? null
        : Method(identity.AuthMethod) is { } method ? method.WhyGone(identity)
        : $"the realm no longer offers the authentication method '{identity.AuthMethod}'";

    /// <summary>Says why a login that an earlier version has judged does not count; null: it does. Here another ticket is a reason.</summary>
    public string? WhyVoid(MemberIdentity identity, LoginPolicy judge) =>
        WhyGone(identity) is { } why ? why
        : identity.IsGranted || identity.IsLedHere || (judge.Method(identity.AuthMethod) is { } former && Method(identity.AuthMethod)!.Confirms(former, identity)) ? null
        : "the user's secrets were changed during the login";
}
