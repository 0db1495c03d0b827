namespace WampRouter.Wire;

/// <summary>What a value is, in the terms all three formats share.</summary>
internal enum WireKind : byte
{
    /// <summary>No value: CBOR <c>undefined</c>, or MessagePack's fixext 1 of type 0 that JavaScript encoders write for it.</summary>
    Absent,

    Null,

    Boolean,

    /// <summary>A whole number of any size; a JSON number without fraction and exponent.</summary>
    Integer,

    Float,

    Text,

    /// <summary>Bytes; in JSON a string of NUL and Base64 (<c>rfc/text/advanced/serialization_binary_json.md</c>).</summary>
    Binary,

    List,

    Dictionary,

    /// <summary>What only its own format knows: a MessagePack extension, an unassigned CBOR simple value.</summary>
    Extension,
}
