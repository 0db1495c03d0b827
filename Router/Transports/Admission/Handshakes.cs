using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>The connections that have come and not said yet what they want. Any thread.</summary>
internal sealed class Handshakes(LiveBounds bounds, AddressTable addresses)
{
    private int _underWay;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _underWay);

    /// <summary>Begins one. Where there is room, the slot must be disposed of when it has ended.</summary>
    /// <param name="address">Whose; null where that is not known yet.</param>
    /// <param name="slot">Its slot; null where there is none.</param>
    /// <param name="within">A slot that ends with it.</param>
    public Room TryBegin(AddressBlock? address, out HandshakeSlot? slot, HandshakeSlot? within = null)
    {
        slot = null;
        var limits = bounds.Current.Entry;
        var room = Interlocked.Increment(ref _underWay) > limits.Handshakes ? Room.TooManyHandshakes
            : address is { } known ? addresses.TryBeginHandshake(known, limits)
            : Room.Granted;
        if (room == Room.Granted)
        {
            slot = new HandshakeSlot(this, address, within);
        }
        else
        {
            Interlocked.Decrement(ref _underWay);
        }

        return room;
    }

    /// <summary>For the slot.</summary>
    internal void End(AddressBlock? address)
    {
        Interlocked.Decrement(ref _underWay);
        if (address is { } known)
        {
            addresses.EndHandshake(known);
        }
    }
}

/// <summary>A handshake under way, until it is disposed of. Any thread; idempotent.</summary>
internal sealed class HandshakeSlot(Handshakes handshakes, AddressBlock? address, HandshakeSlot? within) : IDisposable
{
    private int _ended;

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            handshakes.End(address);
            within?.Dispose();
        }
    }
}
