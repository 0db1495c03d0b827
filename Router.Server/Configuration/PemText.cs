using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>What a PEM file holds, by the labels of its blocks: enough to say what is wrong with a file before .NET is asked to load it.</summary>
internal readonly struct PemText
{
    private PemText(string text)
    {
        Text = text;
        HasCertificate = Has("CERTIFICATE");
        HasOpenKey = Has("PRIVATE KEY") || Has("RSA PRIVATE KEY") || Has("EC PRIVATE KEY");
        HasEncryptedKey = Has("ENCRYPTED PRIVATE KEY");
        HasOldEncryptedKey = text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>A certificate, or several.</summary>
    public bool HasCertificate { get; }

    /// <summary>A private key, whether or not a password opens it.</summary>
    public bool HasKey => HasOpenKey || HasEncryptedKey || HasOldEncryptedKey;

    /// <summary>A private key that a password opens.</summary>
    public bool HasEncryptedKey { get; }

    /// <summary>One in the form of old versions of OpenSSL, which .NET does not read.</summary>
    public bool HasOldEncryptedKey { get; }

    private bool HasOpenKey { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pem">What is in it.</param>
    /// <param name="problem">On failure why; words that follow its name.</param>
    public static bool TryRead(string path, out PemText pem, [NotNullWhen(false)] out string? problem)
    {
        if (!ConfiguredFile.TryRead(path, out var bytes, out problem))
        {
            pem = default;
            return false;
        }

        using var reader = new StreamReader(new MemoryStream(bytes));       // which knows UTF-16 by its mark
        pem = new PemText(reader.ReadToEnd());
        return true;
    }

    private bool Has(string label)
    {
        var rest = Text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].SequenceEqual(label))
            {
                return true;
            }

            rest = rest[fields.Location.End..];
        }

        return false;
    }
}
