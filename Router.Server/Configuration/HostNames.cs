using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Server.Configuration;

/// <summary>The host names that a certificate is shown for, when a client names one (SNI, RFC 6066 section 3). Immutable; any thread.</summary>
internal sealed class HostNames
{
    private const string Wildcard = "*.";
    private const int LongestName = 253;

    // Names are as DNS has them (RFC 5890), where TLS libraries show them in Unicode.
    private static readonly IdnMapping Unicode = new();

    private readonly HashSet<string> _names;
    private readonly HashSet<string> _parents;      // of '*.example.com': 'example.com'

    /// <param name="names">Names, and wildcards of one level.</param>
    public HostNames(IEnumerable<string> names)
    {
        string[] all = [.. names.Select(Normalize)];
        _names = [.. all.Where(name => !name.StartsWith(Wildcard, StringComparison.Ordinal))];
        _parents = [.. from name in all where name.StartsWith(Wildcard, StringComparison.Ordinal) select name[Wildcard.Length..]];
        Text = string.Join(", ", all);
    }

    private string Text { get; }

    /// <summary>What a certificate names: the DNS names of its subject alternative names. Its common name says nothing (RFC 9525).</summary>
    public static IEnumerable<string> Of(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static extension => extension.EnumerateDnsNames()).Where(IsName);

    /// <summary>Whether a text is a host name, or a wildcard for one level of them.</summary>
    public static bool IsName(string text)
    {
        var name = Normalize(text);
        var labels = (name.StartsWith(Wildcard, StringComparison.Ordinal) ? name[Wildcard.Length..] : name).Split('.');
        return name.Length <= LongestName
            && Array.TrueForAll(labels, static label => label.Length is > 0 and <= 63 && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    /// <summary>Whether a name is one of them; it itself, before a wildcard.</summary>
    /// <param name="name">What the client calls the router.</param>
    /// <param name="isWildcard">Whether wildcards are asked, or the names alone.</param>
    public bool Have(string name, bool isWildcard)
    {
        var normal = Normalize(name);
        return isWildcard ? normal.IndexOf('.') is var dot and > 0 && _parents.Contains(normal[(dot + 1)..]) : _names.Contains(normal);
    }

    /// <summary>For the log.</summary>
    public override string ToString() => Text;

    private static string Normalize(string name)
    {
        var lower = name.TrimEnd('.').ToLowerInvariant();
        try
        {
            return Ascii(lower);
        }
        catch (ArgumentException)
        {
            return lower;       // no name of DNS: equal to itself alone
        }
    }

    private static string Ascii(string name) =>
        System.Text.Ascii.IsValid(name) ? name
        : name.StartsWith(Wildcard, StringComparison.Ordinal) ? Wildcard + Unicode.GetAscii(name, Wildcard.Length) : Unicode.GetAscii(name);
}
