namespace WampRouter.Wire;

/// <summary>The names of formats in sentences for people.</summary>
internal static class WireFormatNames
{
    /// <summary>The format's own spelling.</summary>
    public static string Name(this WireFormat format) => format switch
    {
        WireFormat.Json => "JSON",
        WireFormat.Cbor => "CBOR",
        _ => "MessagePack",
    };
}
