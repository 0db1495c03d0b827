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
        return string.Join(' ', secrets.Select(secret => SignatureOf(secret, head, body)));
    }

    /// <summary>Whether one of the signatures is by one of the secrets. Compares in constant time.</summary>
    /// <param name="secrets">The secrets.</param>
    /// <param name="id">The value of <see cref="IdHeader"/>.</param>
    /// <param name="timestamp">The value of <see cref="TimestampHeader"/>, as it came.</param>
    /// <param name="body">The body, as it came.</param>
    /// <param name="signatures">The value of <see cref="SignatureHeader"/>.</param>
    public static bool Verify(IReadOnlyList<WebhookSecret> secrets, string id, string timestamp, ReadOnlyMemory<byte> body, string signatures)
    {
        var head = HeadOf(id, timestamp);
        return IsAny(secrets, secret => SignatureOf(secret, head, body), [.. signatures.Split(' ', MostSignatures + 1).Take(MostSignatures)]);
    }

    /// <summary>Whether GitHub's signature is by one of the secrets. Compares in constant time.</summary>
    public static bool VerifyGithub(IReadOnlyList<WebhookSecret> secrets, ReadOnlyMemory<byte> body, string signature) =>
        IsAny(secrets, secret => GithubVersion + Convert.ToHexStringLower(Mac(secret, default, body)), [signature]);

    private static bool IsAny(IReadOnlyList<WebhookSecret> secrets, Func<WebhookSecret, string> sign, string[] given)
    {
        var isRight = false;
        foreach (var secret in secrets)
        {
            // The text is compared, not what it decodes to: each signature has one spelling.
            var expected = Encoding.UTF8.GetBytes(sign(secret));
            foreach (var signature in given)
            {
                isRight |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
            }
        }

        return isRight;
    }

    private static string SignatureOf(WebhookSecret secret, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body) => Version + Convert.ToBase64String(Mac(secret, head, body));

    private static byte[] Mac(WebhookSecret secret, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        var mac = new byte[HMACSHA256.HashSizeInBytes];
        secret.Sign(mac, head, body);
        return mac;
    }

    private static byte[] HeadOf(string id, string timestamp) => Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
}
