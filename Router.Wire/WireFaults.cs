namespace WampRouter.Wire;

/// <summary>
/// What can be wrong with an encoding. Syntax walkers return the position behind a value or one of these negative numbers, so that
/// the common path carries a single integer; <see cref="Explain"/> gives the constant text that peers and logs see.
/// </summary>
/// <remarks>
/// <para>Most of them leave nothing that can be understood. A few concern the content of a value alone (<see cref="IsOfContent"/>): where it ends, and
/// what stands around it, is certain. The specification calls every error of decoding a protocol violation; we are milder there, and let a message
/// with such content cost itself, because they are what an honest application sends by accident: a text cut in the middle of an emoji, bytes given
/// out as a text by an old MessagePack encoder, a dictionary in the options that has numbers for keys, a tree that is deeper than anybody foresaw.</para>
/// <para>No faults at all are keys that come twice, numbers beyond what others can hold and binary that is no Base64: they pass between peers of
/// one serializer as they came, and what another serializer cannot say is refused by <see cref="PayloadTranscoder"/>.</para>
/// </remarks>
internal static class WireFaults
{
    public const int Truncated = -1;
    public const int TooDeep = -2;
    public const int NotUtf8 = -3;
    public const int KeyIsNotText = -4;

    public const int JsonValue = -10;
    public const int JsonNumber = -11;
    public const int JsonEscape = -12;
    public const int JsonSurrogate = -13;
    public const int JsonControlCharacter = -14;
    public const int JsonMember = -15;
    public const int JsonSeparator = -16;

    public const int MessagePackNeverUsed = -20;

    public const int CborReserved = -30;
    public const int CborBreak = -31;
    public const int CborChunk = -32;
    public const int CborSimple = -33;

    /// <summary>
    /// Whether only the content of a value is at fault. <see cref="NotUtf8"/> comes from MessagePack and CBOR texts, whose length says where they
    /// end; JSON that is not UTF-8 is no JSON and never gets here.
    /// </summary>
    public static bool IsOfContent(int fault) => fault is TooDeep or NotUtf8 or KeyIsNotText or JsonSurrogate;

    /// <summary>The text for a fault.</summary>
    public static string Explain(int fault) => fault switch
    {
        Truncated => "the message ends too early, or a length in it is larger than what follows",
        TooDeep => "lists and dictionaries are nested deeper than 64 levels",
        NotUtf8 => "a text is not valid UTF-8",
        KeyIsNotText => "a key of the options is not text",
        JsonValue => "the JSON holds something that is no value",
        JsonNumber => "the JSON holds a malformed number",
        JsonEscape => "the JSON holds a malformed escape in a string",
        JsonSurrogate => "the JSON holds half of a surrogate pair",
        JsonControlCharacter => "the JSON holds an unescaped control character in a string",
        JsonMember => "the JSON holds an object member that is not \"key\": value",
        JsonSeparator => "the JSON lacks a comma or a closing bracket",
        MessagePackNeverUsed => "the MessagePack holds the byte 0xC1, which is never used",
        CborReserved => "the CBOR holds a reserved length",
        CborBreak => "the CBOR holds a break or an indefinite length where none may be",
        CborChunk => "the CBOR holds a string with a chunk of another type",
        CborSimple => "the CBOR holds a malformed simple value",
        _ => "the message is malformed",
    };
}
