using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Writes the challenge of WAMP-CRA (<c>rfc/text/advanced/authentication_cra.md</c>).</summary>
internal static class WampCraChallenge
{
    /// <summary>The authprovider of users of the configuration.</summary>
    public const string Provider = "static";

    private const int NonceBytes = 24;

    // What is written is read by JSON parsers only.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text to sign: a JSON object, different at each login.</summary>
    /// <param name="user">Who the client will be.</param>
    /// <param name="session">The id that the session will have.</param>
    /// <param name="now">When the login began.</param>
    public static byte[] Write(WampCraPrincipal user, ulong session, DateTimeOffset now) => WriteObject(json =>
    {
        json.WriteString("authid"u8, user.AuthId);
        json.WriteString("authrole"u8, user.Role);
        json.WriteString("authmethod"u8, WampCraSettings.MethodName);
        json.WriteString("authprovider"u8, Provider);
        json.WriteString("nonce"u8, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes)));
        json.WriteString("timestamp"u8, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("session"u8, session);
    });

    /// <summary>CHALLENGE.Extra.</summary>
    /// <param name="challenge">The text to sign.</param>
    /// <param name="salting">How the client derives its secret; null where it has it.</param>
    public static EncodedExtra Wrap(byte[] challenge, WampCraSalting? salting) => new(WireFormat.Json, WriteObject(json =>
    {
        json.WriteString("challenge"u8, Encoding.UTF8.GetString(challenge));
        if (salting is not null)
        {
            json.WriteString("salt"u8, salting.Salt);
            json.WriteNumber("iterations"u8, salting.Iterations);
            json.WriteNumber("keylen"u8, salting.KeyLength);
        }
    }));

    private static byte[] WriteObject(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
