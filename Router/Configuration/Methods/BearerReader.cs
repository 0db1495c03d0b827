using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Methods;

/// <summary>Reads the users of the bearer method.</summary>
internal static class BearerReader
{
    private const string NoHash = "is not the hash of a token; 'make-token' makes a token and its hash (a token in clear text is refused on purpose)";
    private const string NoTime = "must be a date and a time with its offset, such as 2027-06-30T00:00:00Z or 2027-06-30T00:00:00+02:00";

    // RFC 3339, with 'T' and 'Z' in upper case. Without an offset, a time would be another on each machine.
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <inheritdoc cref="ConfigurableMethod.Read" />
    public static BearerSettings Read(ObjectReader bearer, Func<string, string?> checkRole)
    {
        var (names, tokens) = (new UniqueNames("authid"), new UniqueNames("token"));
        return new BearerSettings { Principals = Principals.ByName(bearer.Objects("principals", principal => ReadPrincipal(principal, checkRole, names, tokens), atLeast: 1)) };
    }

    private static BearerPrincipal ReadPrincipal(ObjectReader principal, Func<string, string?> checkRole, UniqueNames names, UniqueNames tokens) => new()
    {
        AuthId = Principals.ReadAuthId(principal, names),
        Role = principal.Text("role", checkRole),
        Tokens = [.. principal.Objects("tokens", token => ReadToken(token, tokens), atLeast: 1).OfType<KeptToken>()],
        LoopbackOnly = principal.Boolean("loopbackOnly", false),
    };

    /// <returns>Null where there is no hash: that was told of.</returns>
    private static KeptToken? ReadToken(ObjectReader token, UniqueNames tokens)
    {
        var text = token.Text("hash", FindProblem);
        var expires = ReadTime(token);
        if (!TryParse(text, out var hash))
        {
            return null;        // it may be the token itself, which nothing repeats
        }

        token.RequireUnique("hash", text, tokens);
        return new KeptToken(hash, expires);
    }

    private static DateTimeOffset? ReadTime(ObjectReader token)
    {
        if (token.OptionalText("expires", text => TryParseTime(text, out _) ? null : NoTime) is not { } text || !TryParseTime(text, out var expires))
        {
            return null;
        }

        if (expires <= TimeProvider.System.GetUtcNow())
        {
            token.Note("expires", "is over: nobody can log in with this token any more");
        }

        return expires;
    }

    private static string? FindProblem(string text) =>
        TryParse(text, out _) ? null
        : text.StartsWith("sha256:", StringComparison.Ordinal) && !TicketHash.TryParse(text, out _, out var problem) ? problem
        : NoHash;

    /// <summary>A stretched hash is one of a ticket: there is nothing to stretch in a token.</summary>
    private static bool TryParse(string text, [NotNullWhen(true)] out TicketHash? hash) => TicketHash.TryParse(text, out hash, out _) && hash.Iterations == 0;

    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
