using System.Diagnostics.CodeAnalysis;
using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Methods;

/// <summary>Reads the users of WAMP-CRA.</summary>
internal static class WampCraReader
{
    private const int NoKeyLength = 0;

    /// <inheritdoc cref="ConfigurableMethod.Read" />
    public static WampCraSettings Read(ObjectReader wampcra, Func<string, string?> checkRole)
    {
        var names = new UniqueNames("authid");
        return new WampCraSettings { Principals = Principals.ByName(wampcra.Objects("principals", principal => ReadPrincipal(principal, checkRole, names), atLeast: 1)) };
    }

    private static WampCraPrincipal ReadPrincipal(ObjectReader principal, Func<string, string?> checkRole, UniqueNames names)
    {
        var salting = ReadSalting(principal);
        return new WampCraPrincipal
        {
            AuthId = Principals.ReadAuthId(principal, names),
            Role = principal.Text("role", checkRole),
            Salting = salting,
            Secrets = principal.Texts("secrets", ParserFor(salting?.KeyLength ?? NoKeyLength), atLeast: 1),
            LoopbackOnly = principal.Boolean("loopbackOnly", false),
        };
    }

    private static WampCraSalting? ReadSalting(ObjectReader principal)
    {
        var salt = principal.OptionalText("salt", FindProblemOfSalt);
        var iterations = principal.OptionalInteger("iterations", WampCraSalting.MinimumIterations, WampCraSalting.MaximumIterations);
        var keyLength = principal.OptionalInteger("keylen", WampCraSalting.MinimumKeyLength, WampCraSalting.MaximumKeyLength);
        if (salt is null)
        {
            var why = $"says how clients derive their secret from a password, and without '{principal.NameOf("salt")}' they do not";
            principal.Contradict("iterations", why);
            principal.Contradict("keylen", why);
            return null;
        }

        if (!IsLikeThoseOfDecoys(salt))
        {
            principal.Note("salt", "is not like those that the router makes up for users that do not exist, so it shows that this one does; 'derive-secret' makes one that does not");
        }

        return new WampCraSalting(salt, iterations ?? WampCraSalting.DefaultIterations, keyLength ?? WampCraSalting.DefaultKeyLength);
    }

    private static string? FindProblemOfSalt(string salt) =>
        salt.Length == 0 ? "must not be empty"
        : NameRules.FindLength(salt) is not { } length ? NameRules.HalfPair
        : length > WampCraSalting.MaximumSaltBytes ? $"is too long: {WampCraSalting.MaximumSaltBytes} bytes is the most"
        : null;

    private static bool IsLikeThoseOfDecoys(string salt)
    {
        var bytes = new byte[salt.Length];
        return Convert.TryFromBase64String(salt, bytes, out var length) && length == WampCraSalting.SaltBytes && Convert.ToBase64String(bytes.AsSpan(0, length)) == salt;
    }

    private static TextParser<WampCraSecret> ParserFor(int keyLength) =>
        (string text, [NotNullWhen(true)] out WampCraSecret? secret, [NotNullWhen(false)] out string? problem) =>
            keyLength == NoKeyLength ? WampCraSecret.TryParse(text, out secret, out problem) : WampCraSecret.TryParseDerived(text, keyLength, out secret, out problem);
}
