using System.Globalization;
using WampRouter.Transports.Handshake;

namespace WampRouter.Transports.Admission;

/// <summary>What is answered to those for whom there is no room: 503 where all are concerned, 429 where it is the address that has enough.</summary>
internal static class Refusals
{
    private const string Transports = TransportOptions.SectionName;

    /// <summary>Full houses empty slowly; buckets fill every second.</summary>
    private const int SecondsUntilRoom = 10;

    /// <summary>The answer.</summary>
    public static HandshakeRefusal For(Room room) => room switch
    {
        Room.ShuttingDown => Later(503, "The router is shutting down.", SecondsUntilRoom),
        Room.FullForAddress => Later(429, $"There are as many connections from this address as there may be ({Transports}:MaxConnectionsPerAddress).", SecondsUntilRoom),
        Room.TooFastForAddress => Later(429, $"Too many connections come from this address ({Transports}:JoinsPerSecondPerAddress).", 1),
        Room.TooManyHandshakesOfAddress => Later(429, $"Too many handshakes of this address are under way ({Transports}:MaxHandshakes).", 1),
        Room.TooManyHandshakes => Later(503, $"Too many handshakes are under way ({Transports}:MaxHandshakes).", 1),
        Room.TooFast => Later(503, $"Too many connections come at the moment ({Transports}:JoinsPerSecond).", 1),
        _ => Later(503, $"The router has no room for another connection ({Transports}:MaxConnections).", SecondsUntilRoom),
    };

    private static HandshakeRefusal Later(int status, string text, int seconds) => new(status, text, "Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
}
