using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// A secret of WAMP-CRA: the key of the HMAC. It is text: what a client and the router have agreed on, or the Base64 of what PBKDF2 derives from a password. Whoever reads it can log in.
/// Immutable. Any thread.
/// </summary>
internal sealed class WampCraSecret : IEquatable<WampCraSecret>
{
    /// <summary>The longest secret, in bytes of UTF-8.</summary>
    public const int LongestSecret = 1024;

    /// <summary>The bytes of a signature: an HMAC-SHA256 in Base64.</summary>
    public const int SignatureBytes = 44;

    /// <summary>A shorter one may be a word that somebody guesses: 128 bits take as many letters in Base64.</summary>
    private const int ShortestUnguessable = 22;

    private readonly byte[] _key;

    private WampCraSecret(byte[] key) => _key = key;

    /// <summary>Whether it is so short that it may be guessed. One that was derived is long, whatever it was derived from.</summary>
    public bool IsShort => _key.Length < ShortestUnguessable;

    /// <summary>A secret as it is.</summary>
    public static WampCraSecret Of(string secret) => new(Encoding.UTF8.GetBytes(secret));

    /// <summary>The secret that a client derives from a password.</summary>
    public static WampCraSecret Derive(string password, WampCraSalting salting) => Of(Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salting.Salt), salting.Iterations, HashAlgorithmName.SHA256, salting.KeyLength)));

    /// <summary>Reads a secret that is used as it is.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WampCraSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        problem = text.Length == 0 ? "must not be empty"
            : NameRules.FindLength(text) is not { } length ? NameRules.HalfPair
            : length > LongestSecret ? $"is too long: {LongestSecret} bytes is the most"
            : null;
        secret = problem is null ? Of(text) : null;
        return secret is not null;
    }

    /// <summary>Reads a secret that was derived from a password.</summary>
    /// <param name="text">The secret, as <c>derive-secret</c> prints it.</param>
    /// <param name="keyLength">How many bytes the key has.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="problem">What would be right.</param>
    public static bool TryParseDerived(string text, int keyLength, [NotNullWhen(true)] out WampCraSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        var bytes = new byte[text.Length];
        var isKey = Convert.TryFromBase64String(text, bytes, out var length) && length == keyLength && Convert.ToBase64String(bytes.AsSpan(0, length)) == text;
        problem = isKey ? null : $"must be a derived key of {keyLength} bytes in Base64, because there is a 'salt'; make one with 'derive-secret'";
        secret = isKey ? Of(text) : null;
        return isKey;
    }

    /// <summary>Whether a signature is the one of a challenge by this secret. Compares in constant time.</summary>
    public bool HasSigned(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> signature)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[SignatureBytes];
        HMACSHA256.HashData(_key, challenge, mac);
        Base64.EncodeToUtf8(mac, expected, out _, out _);

        // The text is compared, not what it decodes to: each signature has one spelling.
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    /// <inheritdoc />
    public bool Equals(WampCraSecret? other) => other is not null && CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as WampCraSecret);

    /// <inheritdoc />
    public override int GetHashCode() => _key.Length;

    /// <summary>The secret as a realm file has it.</summary>
    public string Reveal() => Encoding.UTF8.GetString(_key);

    /// <summary>Says nothing of the secret, which belongs into no log.</summary>
    public override string ToString() => nameof(WampCraSecret);
}
