using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>What docs/webhooks.md shows in C#.</summary>
internal static class WebhookSnippets
{
    public static bool IsRight(string id, string timestamp, string signatures, byte[] body, string[] secrets)
    {
        return Verify(id, timestamp, signatures, body, secrets, TimeSpan.FromMinutes(5));

        static bool Verify(string id, string timestamp, string signatures, byte[] body, string[] secrets, TimeSpan tolerance)
        {
            if (!long.TryParse(timestamp, out var seconds) || Math.Abs((decimal)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds) > (decimal)tolerance.TotalSeconds)
            {
                return false;
            }

            byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
            return secrets.Any(secret =>
            {
                var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
                var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(mac));
                return signatures.Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature)));
            });
        }
    }
}
