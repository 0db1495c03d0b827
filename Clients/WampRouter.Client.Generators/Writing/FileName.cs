using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Client.Generators;

/// <summary>Names the file of an interface.</summary>
internal static class FileName
{
    private const int MaxReadable = 100;    // file systems take 255 bytes for the whole
    private const int HashBytes = 8;

    /// <summary>
    /// The name of an interface's file: the same from one run to the next, and another one than that of each other interface. The compiler takes names for the same that differ in case
    /// only, and refuses some characters that an interface may have in its name; so it is the hash that tells names apart, and the rest is for people.
    /// </summary>
    public static string Of(ContractModel contract)
    {
        var name = contract.FullName.Replace("global::", string.Empty).Replace("@", string.Empty);
        var readable = name.Length > MaxReadable ? name.Substring(name.Length - MaxReadable) : name;
        return $"{string.Concat(readable.Select(static c => IsPlain(c) ? c : '_'))}.{Hash(name)}.g.cs";
    }

    private static bool IsPlain(char c) => c is '.' or (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');

    private static string Hash(string name)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(name)).Take(HashBytes).Select(static each => each.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
