using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>A copy of what a CALL said, for calls that have to be made again or later. Immutable.</summary>
internal sealed class HeldCall(WireFormat format, ReadOnlySpan<byte> options, in Payload payload)
{
    /// <summary>What it and the record of its call take beside, about: a call without arguments is not free.</summary>
    private const int OverheadBytes = 256;

    private readonly byte[] _options = options.ToArray();
    private readonly byte[] _payload = payload.ToArray();
    private readonly int _payloadCount = payload.Count;

    /// <summary>Memory it takes, in bytes.</summary>
    public int Bytes => OverheadBytes + _options.Length + _payload.Length;

    /// <summary>The CALL again, as far as it was held: without id and procedure, which do not change. Its options were read without a violation before.</summary>
    public WampMessage Message => new() { Code = MessageCode.Call, Format = format, Options = _options, Payload = new Payload(format, _payload, _payloadCount) };
}
