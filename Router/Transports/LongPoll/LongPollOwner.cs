using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// Who has opened a transport, as far as he has proved it to the HTTP server: a user of the application, a certificate. An address is none of it: telephones change theirs.
/// </summary>
/// <param name="User">The user's id, or name; null where the application has authenticated nobody.</param>
/// <param name="Certificate">The certificate's hash; null where none was shown.</param>
internal readonly record struct LongPollOwner(string? User, string? Certificate)
{
    /// <summary>Who has sent a request.</summary>
    public static LongPollOwner Of(ClaimsPrincipal? user, X509Certificate2? certificate) => new(
        user is null ? null : user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.Identity?.Name ?? string.Empty,
        certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256));
}
