using System.Collections.Frozen;
using System.Globalization;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Bearer tokens: HELLO need name no authid, CHALLENGE says nothing, and the token in AUTHENTICATE says who its holder is. Where HELLO names an authid, the token must be that user's. Whatever is wrong, the client is
/// refused with the same words.
/// </summary>
/// <remarks>
/// A token is found by its hash. How long that takes may depend on the hash, which helps nobody: whoever sends a text knows its hash, and cannot choose a token of 256 random bits by what it learns of other hashes. So a check needs
/// no slow hash and no queue, and a wrong token delays nobody, as with generated tickets. For a client on another machine, the tokens of loopback-only users do not exist.
/// </remarks>
/// <param name="settings">The users of the method.</param>
/// <param name="time">The clock by which tokens expire.</param>
internal sealed class BearerMethod(BearerSettings settings, TimeProvider time) : IAuthenticationMethod
{
    /// <summary>The refusal of whoever does not get in.</summary>
    public static readonly AuthenticationStep.Refuse Denied = new(WampErrors.AuthenticationDenied, "unknown token, or one that has expired or is another user's", "");

    private readonly BearerSettings _settings = settings;

    private readonly FrozenDictionary<TicketHash, (BearerPrincipal Holder, KeptToken Kept)> _tokens = settings.Principals.Values
        .SelectMany(holder => holder.Tokens.Select(kept => (Holder: holder, Kept: kept)))
        .ToFrozenDictionary(token => token.Kept.Hash);

    /// <inheritdoc />
    public string Name => BearerSettings.MethodName;

    /// <inheritdoc />
    public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) =>
        new(new AuthenticationStep.Challenge(Name, new Pending(this, login.Hello.AuthId is { Length: > 0 } authId ? authId : null, login.Connection)));

    /// <inheritdoc />
    public string? WhyGone(MemberIdentity identity) => _settings.WhyGone(identity);

    /// <inheritdoc />
    public bool Confirms(IAuthenticationMethod former, MemberIdentity identity) => former is BearerMethod same && _settings.HasSecretsOf(same._settings, identity.AuthId);

    private AuthenticationStep Check(ReadOnlySpan<byte> token, string? authId, ConnectionDetails connection)
    {
        if (!BearerToken.HasForm(token))
        {
            return Deny("what was sent has not the form of a token (make-token makes them)");
        }

        if (!_tokens.TryGetValue(TicketHash.OfGenerated(token), out var found))
        {
            return Deny("the realm has no such token");
        }

        var (holder, kept) = found;
        return holder.LoopbackOnly && !connection.IsLocal ? Deny($"the token of '{holder.AuthId}', who is a loopback-only user, and the peer is {connection.DescribeOrigin()}")
            : authId is not null && authId != holder.AuthId ? Deny($"the token of another user, '{holder.AuthId}'")
            : kept.Expires <= time.GetUtcNow() ? Deny(string.Create(CultureInfo.InvariantCulture, $"a token of '{holder.AuthId}' that expired at {kept.Expires:yyyy-MM-dd'T'HH:mm:sszzz}"))
            : new AuthenticationStep.Accept(holder.AuthId, holder.Role, Name, "static");
    }

    private static AuthenticationStep.Refuse Deny(string why) => Denied with { LogDetail = why };

    private sealed class Pending(BearerMethod method, string? authId, ConnectionDetails connection) : IPendingAuthentication
    {
        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp) => new(method.Check(signatureUtf8, authId, connection));
    }
}
