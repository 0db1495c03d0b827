using System.Security.Cryptography;

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

    /// <summary>Reads a file; throws what reading files throws.</summary>
    public static PemText Read(string path) => new(File.ReadAllText(path));

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
