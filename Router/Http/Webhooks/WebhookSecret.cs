using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Http.Webhooks;

/// <summary>The key of an HMAC-SHA256 that a webhook is signed with. Whoever has it can sign. Immutable. Any thread.</summary>
internal sealed class WebhookSecret : IEquatable<WebhookSecret>
{
    /// <summary>How the secret of Standard Webhooks begins; the key follows in Base64.</summary>
    public const string Prefix = "whsec_";

    private const int FewestBytes = 24;     // both of Standard Webhooks
    private const int MostBytes = 64;
    private const int LongestText = 1024;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>Reads a secret of Standard Webhooks.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WebhookSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        var key = new byte[text.Length];
        var isKey = text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length is >= FewestBytes and <= MostBytes
            && TryCut(ref key, length);
        problem = isKey ? null : $"must be '{Prefix}' and {FewestBytes} to {MostBytes} random bytes in Base64; 'echo {Prefix}$(openssl rand -base64 32)' makes one";
        secret = isKey ? new WebhookSecret(key) : null;
        return isKey;
    }

    /// <summary>Reads a secret that is used as it is, which GitHub's are.</summary>
    public static bool TryParseText(string text, [NotNullWhen(true)] out WebhookSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        problem = text.Length == 0 ? "must not be empty" : Encoding.UTF8.GetByteCount(text) > LongestText ? $"is too long: {LongestText} bytes is the most" : null;
        secret = problem is null ? new WebhookSecret(Encoding.UTF8.GetBytes(text)) : null;
        return secret is not null;
    }

    /// <summary>The HMAC of something.</summary>
    /// <param name="mac">Gets it: <see cref="HMACSHA256.HashSizeInBytes"/> bytes.</param>
    /// <param name="parts">What is signed, one after the other.</param>
    public void Sign(Span<byte> mac, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (var part in parts)
        {
            hash.AppendData(part.Span);
        }

        hash.GetHashAndReset(mac);
    }

    /// <inheritdoc />
    public bool Equals(WebhookSecret? other) => other is not null && CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as WebhookSecret);

    /// <inheritdoc />
    public override int GetHashCode() => _key.Length;

    /// <summary>Says nothing of the secret, which belongs into no log.</summary>
    public override string ToString() => nameof(WebhookSecret);

    private static bool TryCut(ref byte[] key, int length)
    {
        Array.Resize(ref key, length);
        return true;
    }
}
