using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// The secrets that open one session: the one of its last WELCOME, and the one before as long as that WELCOME may have been lost with its connection.
/// Not safe on several threads.
/// </summary>
internal sealed class ResumptionTokens
{
    private const int TokenBytes = 32;

    private byte[] _current = Next();
    private byte[] _former = [];

    /// <summary>The token for the next WELCOME; what was the current one is now the one before.</summary>
    public string Rotate()
    {
        _former = _current;
        _current = Next();
        return Current;
    }

    /// <summary>The token of the last WELCOME.</summary>
    public string Current => Encoding.ASCII.GetString(_current);

    /// <summary>The client has had the last WELCOME: the token before is worth nothing any more.</summary>
    public void ForgetFormer() => _former = [];

    /// <summary>Whether a text is one of them. Takes the same time whatever it is.</summary>
    public bool Match(string token)
    {
        var given = Encoding.UTF8.GetBytes(token);
        var isCurrent = CryptographicOperations.FixedTimeEquals(given, _current);
        var isFormer = CryptographicOperations.FixedTimeEquals(given, _former);
        return isCurrent | (isFormer & _former.Length > 0);
    }

    private static byte[] Next() => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)));
}
