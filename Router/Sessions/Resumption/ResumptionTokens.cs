using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// The tokens that open one session: the one of its last WELCOME, and the one with which the client got that WELCOME, as long as the WELCOME may have been
/// lost with its connection. Not thread-safe.
/// </summary>
internal sealed class ResumptionTokens
{
    private const int TokenBytes = 32;

    private byte[] _current = Next();
    private byte[] _used = [];

    /// <summary>The token of the last WELCOME.</summary>
    public string Current => Encoding.ASCII.GetString(_current);

    /// <summary>The token for the next WELCOME.</summary>
    /// <param name="used">The token that the client has shown: the last one it has received.</param>
    public string Rotate(string used)
    {
        _used = Encoding.UTF8.GetBytes(used);
        _current = Next();
        return Current;
    }

    /// <summary>The client has received the last WELCOME: the token it used before is no longer valid.</summary>
    public void ForgetUsed() => _used = [];

    /// <summary>Whether a text is one of the tokens. Takes constant time.</summary>
    public bool Match(string token)
    {
        var given = Encoding.UTF8.GetBytes(token);
        var isCurrent = CryptographicOperations.FixedTimeEquals(given, _current);
        var isUsed = CryptographicOperations.FixedTimeEquals(given, _used);
        return isCurrent | (isUsed & _used.Length > 0);
    }

    private static byte[] Next() => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)));
}
