using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// The secrets that open one session: the one of its last WELCOME, and the one its client used to get that WELCOME, as long as the WELCOME may have been
/// lost with its connection. Not safe on several threads.
/// </summary>
internal sealed class ResumptionTokens
{
    private const int TokenBytes = 32;

    private byte[] _current = Next();
    private byte[] _used = [];

    /// <summary>The token of the last WELCOME.</summary>
    public string Current => Encoding.ASCII.GetString(_current);

    /// <summary>The token for the next WELCOME.</summary>
    /// <param name="used">The one that the client has shown, which is the last it has had.</param>
    public string Rotate(string used)
    {
        _used = Encoding.UTF8.GetBytes(used);
        _current = Next();
        return Current;
    }

    /// <summary>The client has had the last WELCOME: the token it used is worth nothing any more.</summary>
    public void ForgetUsed() => _used = [];

    /// <summary>Whether a text is one of them. Takes the same time whatever it is.</summary>
    public bool Match(string token)
    {
        var given = Encoding.UTF8.GetBytes(token);
        var isCurrent = CryptographicOperations.FixedTimeEquals(given, _current);
        var isUsed = CryptographicOperations.FixedTimeEquals(given, _used);
        return isCurrent | (isUsed & _used.Length > 0);
    }

    private static byte[] Next() => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)));
}
