using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Sessions.Authentication;

/// <summary>Stretches a ticket, to make guessing slow. A delegate, so that tests can count the cost of a check.</summary>
/// <param name="ticketUtf8">What the client sent.</param>
/// <param name="salt">The stored salt.</param>
/// <param name="hash">Takes the result.</param>
/// <param name="iterations">The number of rounds; the time is proportional to it.</param>
internal delegate void TicketStretch(ReadOnlySpan<byte> ticketUtf8, ReadOnlySpan<byte> salt, Span<byte> hash, int iterations);

/// <summary>
/// A stored ticket or token. <c>sha256:BASE64</c> for generated ones, whose 256 random bits need no stretching;
/// <c>pbkdf2-sha256:ITERATIONS:SALT:BASE64</c> for tickets a person chose. Immutable.
/// </summary>
internal sealed class TicketHash : IEquatable<TicketHash>
{
    /// <summary>The fewest iterations accepted for a chosen ticket.</summary>
    public const int MinimumIterations = 600_000;

    /// <summary>The most iterations accepted: a digit too many in a file must not turn every login into minutes of work.</summary>
    public const int MaximumIterations = 10_000_000;

    /// <summary>The longest ticket that is checked, in bytes of UTF-8. Bounded because many tickets may wait for their check at the same time.</summary>
    public const int LongestTicket = 1024;

    private const string Sha256Name = "sha256";
    private const string Pbkdf2Name = "pbkdf2-sha256";
    private const int SaltBytes = 16;

    private readonly byte[] _hash;
    private readonly byte[]? _salt;     // null: plain SHA-256
    private readonly int _iterations;

    private TicketHash(byte[] hash, byte[]? salt, int iterations)
    {
        _hash = hash;
        _salt = salt;
        _iterations = iterations;
    }

    /// <summary>The PBKDF2 rounds of one check; 0 for plain SHA-256. With rounds, a check takes about a tenth of a second and must not run on an I/O thread.</summary>
    public int Iterations => _iterations;

    /// <summary>PBKDF2 with HMAC-SHA256.</summary>
    public static TicketStretch Pbkdf2 { get; } = static (ticket, salt, hash, iterations) => Rfc2898DeriveBytes.Pbkdf2(ticket, salt, hash, iterations, HashAlgorithmName.SHA256);

    /// <summary>A new random ticket and its hash.</summary>
    public static (string Ticket, TicketHash Hash) Generate()
    {
        var ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (ticket, OfGenerated(ticket));
    }

    /// <summary>The hash of a generated secret.</summary>
    public static TicketHash OfGenerated(string secret) => OfGenerated(Encoding.UTF8.GetBytes(secret));

    /// <inheritdoc cref="OfGenerated(string)" />
    public static TicketHash OfGenerated(ReadOnlySpan<byte> secretUtf8) => new(SHA256.HashData(secretUtf8), null, 0);

    /// <summary>The hash of a ticket that a person chose.</summary>
    public static TicketHash OfChosen(string ticket, int iterations = MinimumIterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new TicketHash(Stretch(Encoding.UTF8.GetBytes(ticket), salt, iterations), salt, iterations);
    }

    /// <summary>Takes as long as a check with this many iterations, without a result, so that unknown users take as long as known ones.</summary>
    public static void Burn(ReadOnlySpan<byte> ticketUtf8, int iterations, TicketStretch stretch)
    {
        if (iterations > 0)
        {
            Span<byte> nothing = stackalloc byte[SHA256.HashSizeInBytes];
            stretch(ticketUtf8, nothing, nothing, iterations);
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; on failure <paramref name="problem"/> says what would be right.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TicketHash? hash, [NotNullWhen(false)] out string? problem)
    {
        hash = null;
        problem = null;
        switch (text.Split(':'))
        {
            case [Sha256Name, var digest] when TryBytes(digest, out var bytes) && bytes.Length == SHA256.HashSizeInBytes:
                hash = new TicketHash(bytes, null, 0);
                return true;

            case [Pbkdf2Name, var count, var salt64, var digest]
                when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
                     && TryBytes(salt64, out var salt) && salt.Length >= SaltBytes
                     && TryBytes(digest, out var bytes) && bytes.Length == SHA256.HashSizeInBytes:
                if (iterations is < MinimumIterations or > MaximumIterations)
                {
                    problem = $"iterations must be between {MinimumIterations} and {MaximumIterations}";
                    return false;
                }

                hash = new TicketHash(bytes, salt, iterations);
                return true;

            case [Sha256Name, ..]:
                problem = "must be sha256:HASH, with a hash of 32 bytes in Base64; was it cut when copied?";
                return false;

            case [Pbkdf2Name, ..]:
                problem = $"must be pbkdf2-sha256:ITERATIONS:SALT:HASH, with a salt of at least {SaltBytes} bytes and a hash of 32 bytes in Base64; was it cut when copied?";
                return false;

            default:
                problem = "not a ticket hash; make one with 'hash-ticket' (a ticket in clear text is refused on purpose)";
                return false;
        }
    }

    /// <summary>Compares in constant time. May take a tenth of a second: see <see cref="Iterations"/>.</summary>
    public bool Matches(ReadOnlySpan<byte> ticketUtf8, TicketStretch? stretch = null)
    {
        Span<byte> candidate = stackalloc byte[SHA256.HashSizeInBytes];
        if (_salt is null)
        {
            SHA256.HashData(ticketUtf8, candidate);
        }
        else
        {
            (stretch ?? Pbkdf2)(ticketUtf8, _salt, candidate, _iterations);
        }

        return CryptographicOperations.FixedTimeEquals(candidate, _hash);
    }

    /// <inheritdoc />
    /// <remarks>Compares the hashes in constant time.</remarks>
    public bool Equals(TicketHash? other) =>
        other is not null && _iterations == other._iterations && _salt.AsSpan().SequenceEqual(other._salt) && CryptographicOperations.FixedTimeEquals(_hash, other._hash);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TicketHash);

    /// <inheritdoc />
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_hash);

    /// <inheritdoc />
    public override string ToString() => _salt is null
        ? $"{Sha256Name}:{Convert.ToBase64String(_hash)}"
        : string.Create(CultureInfo.InvariantCulture, $"{Pbkdf2Name}:{_iterations}:{Convert.ToBase64String(_salt)}:{Convert.ToBase64String(_hash)}");

    private static byte[] Stretch(byte[] ticket, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(ticket, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    private static bool TryBytes(string base64, out byte[] bytes)
    {
        bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            return false;
        }

        // Accept only one spelling of each hash: no spaces, no stray bits at the end.
        bytes = bytes[..length];
        return Convert.ToBase64String(bytes) == base64;
    }
}
