using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Makes up what an unknown user is shown: the same at each login as long as the router runs, and without the key not to be told from what a real user is shown. A restart makes another key.
/// Any thread.
/// </summary>
internal sealed class DecoyKey
{
    // Made when it is needed: until then the cryptographic library, which takes megabytes, need not be loaded.
    private readonly Lazy<byte[]> _key = new(static () => RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes));

    /// <summary>32 bytes for a name.</summary>
    /// <param name="purpose">What they are for: others for each purpose.</param>
    /// <param name="name">The name.</param>
    public byte[] BytesOf(string purpose, string name) => HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes($"{purpose}\0{name}"));
}
