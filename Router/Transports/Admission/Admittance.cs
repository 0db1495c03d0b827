using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// Gives those who come places: the listener's own first, where it has limits, then the router's. Whoever gets one has both until it leaves by the same object. Any thread.
/// </summary>
/// <param name="roster">The router's connections.</param>
/// <param name="handshakes">The router's handshakes.</param>
/// <param name="listener">What the listener lets in; null where it has no limits of its own.</param>
internal sealed class Admittance(ConnectionRoster roster, Handshakes handshakes, ListenerBounds? listener = null)
{
    /// <summary>Asks for a place for a connection. Whoever gets one must see to it that one of the <c>Leave</c> methods is called, once.</summary>
    /// <param name="address">Whom it counts for; null for nobody.</param>
    /// <param name="isJoin">Whether a session will come of it.</param>
    public Entering TryEnter(AddressBlock? address, bool isJoin = true)
    {
        var here = listener?.Places.TryTake(address, isJoin) ?? Room.Granted;
        if (here != Room.Granted)
        {
            return new Entering(here, listener);
        }

        var room = roster.TryEnter(address, isJoin);
        if (room != Room.Granted)
        {
            listener?.Places.GiveBack(address);
        }

        return new Entering(room);
    }

    /// <summary>Gives a place back that is no connection, or never became one.</summary>
    public void Leave(AddressBlock? address)
    {
        listener?.Places.GiveBack(address);
        roster.Leave(address);
    }

    /// <summary>Stops ticking a connection and gives its place back.</summary>
    public void Leave(ITrackedConnection connection)
    {
        listener?.Places.GiveBack(connection.Info.Address);
        roster.Leave(connection);
    }

    /// <summary>Notes that somebody has come who has not said what he wants. Where there is room, the slot must be disposed of when he has.</summary>
    /// <param name="address">Whose; null where that is not known yet.</param>
    /// <param name="slot">Its slot; null where there is none.</param>
    public Entering TryBegin(AddressBlock? address, out HandshakeSlot? slot)
    {
        HandshakeSlot? here = null;
        if (listener is not null && listener.Handshakes.TryBegin(address, out here) is var refused and not Room.Granted)
        {
            slot = null;
            return new Entering(refused, listener);
        }

        var room = handshakes.TryBegin(address, out slot, within: here);
        if (slot is null)
        {
            here?.Dispose();
        }

        return new Entering(room);
    }
}

/// <summary>What became of the wish to come in.</summary>
/// <param name="Room">The answer.</param>
/// <param name="Listener">Whose limit it was; null: the router's.</param>
internal readonly record struct Entering(Room Room, ListenerBounds? Listener = null)
{
    /// <summary>Whether there is a place.</summary>
    public bool IsGranted => Room == Room.Granted;

    /// <summary>Where the limit is set.</summary>
    public string Section => Listener?.Section ?? TransportOptions.SectionName;
}
