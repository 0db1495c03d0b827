using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Client.Authentication;

/// <summary>Signs the router's challenge with a secret, or with a key derived from a password, that never travels (spec: "Challenge Response Authentication").</summary>
internal sealed class WampCraAuthentication(string authId, Func<CancellationToken, ValueTask<string>> secret, int maxIterations) : WampAuthentication
{
    /// <summary>The longest derived key, in bytes: more than two blocks of SHA-256 add work and no strength.</summary>
    private const int LongestKey = 64;

    public override string Method => "wampcra";

    public override string? AuthId => authId;

    public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken) => new(new Login(secret, maxIterations));

    private sealed class Login(Func<CancellationToken, ValueTask<string>> secret, int maxIterations) : WampLogin
    {
        private bool _wasChallenged;

        public override async ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken)
        {
            if (_wasChallenged)
            {
                throw Violation("CHALLENGE came twice");
            }

            _wasChallenged = true;
            if (challenge.Extra.GetText("challenge") is not { } text)
            {
                throw Violation("CHALLENGE.Extra.challenge is no text");
            }

            var (salt, iterations, keyLength) = ReadSalting(challenge.Extra);
            var key = await secret(cancellationToken).ConfigureAwait(false);
            if (salt is not null)
            {
                // Elsewhere: it takes long, and this may be a user interface's thread.
                key = await Task.Run(() => Derive(key, salt, iterations, keyLength), cancellationToken).ConfigureAwait(false);
            }

            return new WampChallengeResponse(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text))));
        }

        /// <summary>What the router says is bounded before any work is done: it is not trusted yet.</summary>
        private (string? Salt, int Iterations, int KeyLength) ReadSalting(WampDetails extra)
        {
            if (extra.GetText("salt") is not { } salt)
            {
                return (null, 0, 0);
            }

            const int usualIterations = 1_000;
            const int usualKeyLength = 32;
            var iterations = extra.GetInteger("iterations") ?? usualIterations;
            var keyLength = extra.GetInteger("keylen") ?? usualKeyLength;
            return iterations < 1 || iterations > maxIterations ? throw Violation(FormattableString.Invariant($"CHALLENGE asks for {iterations} iterations, and the client makes 1 to {maxIterations}"))
                : keyLength is < 1 or > LongestKey ? throw Violation(FormattableString.Invariant($"CHALLENGE asks for a key of {keyLength} bytes, and the client makes 1 to {LongestKey}"))
                : (salt, (int)iterations, (int)keyLength);
        }

        private static string Derive(string password, string salt, int iterations, int keyLength) => Convert.ToBase64String(
            Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt), iterations, HashAlgorithmName.SHA256, keyLength));

        private static WampException Violation(string text) => new(WampErrorUri.ProtocolViolation, text);
    }
}
