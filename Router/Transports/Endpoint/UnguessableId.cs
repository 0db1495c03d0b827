using System.Buffers.Text;
using System.Security.Cryptography;

namespace WampRouter.Transports.Endpoint;

/// <summary>Ids by which a client is known that has nothing else to show: whoever knows one is the client.</summary>
internal static class UnguessableId
{
    /// <summary>Nobody guesses 128 bits.</summary>
    private const int Bytes = 16;

    /// <summary>Makes one, of the letters that a path may have. Any thread.</summary>
    public static string Make()
    {
        Span<byte> id = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(id);
        return Base64Url.EncodeToString(id);
    }
}
