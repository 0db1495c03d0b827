using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Http.Webhooks;

/// <summary>Signatures of webhooks: made and checked as Standard Webhooks has them, and checked as GitHub makes them (https://www.standardwebhooks.com). Any thread.</summary>
internal static class WebhookSignature
{
    /// <summary>The headers of Standard Webhooks.</summary>
    public const string IdHeader = "webhook-id";

    /// <inheritdoc cref="IdHeader" />
    public const string TimestampHeader = "webhook-timestamp";

    /// <inheritdoc cref="IdHeader" />
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The header of GitHub.</summary>
    public const string GithubHeader = "X-Hub-Signature-256";

    private const string Version = "v1,";
    private const string GithubVersion = "sha256=";

    /// <summary>More are no rotation of secrets; each costs an HMAC.</summary>
    private const int MostSignatures = 16;

    /// <summary>The value of <see cref="SignatureHeader"/>: a signature by each secret.</summary>
    public static string Sign(IReadOnlyList<WebhookSecret> secrets, string id, long timestamp, ReadOnlyMemory<byte> body)
    {
        var head = HeadOf(id, timestamp.ToString(CultureInfo.InvariantCulture));
        return string.Join(' ', secrets.Select(secret => Version + Convert.ToBase64String(Mac(secret, head, body))));
    }

    /// <summary>Whether one of the signatures is by one of the secrets. Compares in constant time.</summary>
    /// <param name="secrets">The secrets.</param>
    /// <param name="id">The value of <see cref="IdHeader"/>.</param>
    /// <param name="timestamp">The value of <see cref="TimestampHeader"/>, as it came.</param>
    /// <param name="body">The body, as it came.</param>
    /// <param name="signatures">The value of <see cref="SignatureHeader"/>.</param>
    public static bool Verify(IReadOnlyList<WebhookSecret> secrets, string id, string timestamp, ReadOnlyMemory<byte> body, string signatures)
    {
        var given = signatures.Split(' ', MostSignatures + 1).Take(MostSignatures).Where(signature => signature.StartsWith(Version, StringComparison.Ordinal)).Select(signature => Decode(signature[Version.Length..])).ToArray();
        var head = HeadOf(id, timestamp);
        return IsAny(secrets, secret => Mac(secret, head, body), given);
    }

    /// <summary>Whether GitHub's signature is by one of the secrets. Compares in constant time.</summary>
    public static bool VerifyGithub(IReadOnlyList<WebhookSecret> secrets, ReadOnlyMemory<byte> body, string signature)
    {
        var given = signature.StartsWith(GithubVersion, StringComparison.Ordinal) ? DecodeHex(signature[GithubVersion.Length..]) : [];
        return IsAny(secrets, secret => Mac(secret, default, body), [given]);
    }

    private static bool IsAny(IReadOnlyList<WebhookSecret> secrets, Func<WebhookSecret, byte[]> mac, byte[][] given)
    {
        var isRight = false;
        foreach (var secret in secrets)
        {
            var expected = mac(secret);
            foreach (var signature in given)
            {
                isRight |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return isRight;
    }

    private static byte[] Mac(WebhookSecret secret, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        var mac = new byte[HMACSHA256.HashSizeInBytes];
        secret.Sign(mac, head, body);
        return mac;
    }

    private static byte[] HeadOf(string id, string timestamp) => Encoding.UTF8.GetBytes($"{id}.{timestamp}.");

    private static byte[] Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : [];
    }

    private static byte[] DecodeHex(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        return Convert.FromHexString(hex, bytes, out _, out var length) == System.Buffers.OperationStatus.Done ? bytes[..length] : [];
    }
}
