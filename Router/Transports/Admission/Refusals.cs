using System.Globalization;

namespace WampRouter.Transports.Admission;

/// <summary>What is answered to those for whom there is no room: 503 where all are concerned, 429 where it is the address that has enough.</summary>
internal static class Refusals
{
    /// <summary>Full houses empty slowly; buckets fill every second.</summary>
    private const int SecondsUntilRoom = 10;

    /// <summary>The answer.</summary>
    public static HandshakeRefusal For(in Entering entering) => For(entering.Room, entering.Section);

    private static HandshakeRefusal For(Room room, string section) => room switch
    {
        Room.ShuttingDown => Later(503, "The router is shutting down.", SecondsUntilRoom),
        Room.FullForAddress => Later(429, $"There are as many connections from this address as there may be ({section}:MaxConnectionsPerAddress).", SecondsUntilRoom),
        Room.TooFastForAddress => Later(429, $"Too many connections come from this address ({section}:JoinsPerSecondPerAddress).", 1),
        Room.TooManyHandshakesOfAddress => Later(429, $"Too many handshakes of this address are under way ({section}:MaxHandshakes).", 1),
        Room.TooManyHandshakes => Later(503, $"Too many handshakes are under way ({section}:MaxHandshakes).", 1),
        Room.TooFast => Later(503, $"Too many connections come at the moment ({section}:JoinsPerSecond).", 1),
        _ => Later(503, $"The router has no room for another connection ({section}:MaxConnections).", SecondsUntilRoom),
    };

    private static HandshakeRefusal Later(int status, string text, int seconds) => new(status, text, "Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
}
