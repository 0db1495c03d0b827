using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// How a payload is made that the router is not to look into, encrypted for example: receivers are told, and take it apart themselves
/// (spec: "Payload Passthru Mode"). The payload is then one binary argument.
/// </summary>
/// <param name="Scheme">The scheme, such as <c>x_mycompany</c>.</param>
public sealed record WampPassthru(string Scheme)
{
    /// <summary>What it is serialized with, such as <c>cbor</c>; <see langword="null"/>: as the session.</summary>
    public string? Serializer { get; init; }

    /// <summary>What it is encrypted with, such as <c>xsalsa20poly1305</c>.</summary>
    public string? Cipher { get; init; }

    /// <summary>Which key it is encrypted with.</summary>
    public string? KeyId { get; init; }

    /// <summary>What a received message says of its payload.</summary>
    internal static WampPassthru? Read(WireFormat format, ReadOnlySpan<byte> details)
    {
        var reader = new DictionaryReader(format, details);
        return TextOf(reader, "ppt_scheme"u8) is not { Length: > 0 } scheme ? null : new WampPassthru(scheme)
        {
            Serializer = TextOf(reader, "ppt_serializer"u8),
            Cipher = TextOf(reader, "ppt_cipher"u8),
            KeyId = TextOf(reader, "ppt_keyid"u8),
        };
    }

    private static string? TextOf(DictionaryReader details, ReadOnlySpan<byte> key) =>
        details.TryFind(key, out var value) && value.TryGetText(out var text) ? text : null;
}
