using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>Who may come in, in numbers: what the settings say, and where they say nothing, what the process can bear.</summary>
internal sealed record EntryLimits
{
    /// <summary>Files that the process needs for itself: libraries, histories, the log, event queues.</summary>
    private const int FilesOfItsOwn = 64;

    /// <summary>What is taken for the limit where the system does not tell.</summary>
    private const int UnknownFiles = 10_000;

    private const int MostHandshakes = 4_096;
    private const int JoinsOfAnAddress = 100;

    /// <summary>How many seconds' worth of joins may come at once: a site whose clients all come back after a restart.</summary>
    private const int BurstSeconds = 10;

    /// <summary>Where the settings stand.</summary>
    public required string Section { get; init; }

    /// <summary>Connections at once.</summary>
    public required int Connections { get; init; }

    /// <summary>The same of one address.</summary>
    public required int ConnectionsOfAddress { get; init; }

    /// <summary>Connections that have not said what they want.</summary>
    public required int Handshakes { get; init; }

    /// <summary>The same of one address: several are needed to keep the others out.</summary>
    public int HandshakesOfAddress => Math.Max(1, Handshakes / 4);

    /// <summary>New connections in a second; null: any number.</summary>
    public int? Joins { get; init; }

    /// <summary>The same of one address.</summary>
    public required int JoinsOfAnAddressPerSecond { get; init; }

    /// <summary>Whether connections of this machine are limited by address as well: only where a setting says so.</summary>
    public bool LimitsConnectionsOfLoopback { get; init; }

    /// <summary>Whether its joins are.</summary>
    public bool LimitsJoinsOfLoopback { get; init; }

    /// <summary>Works out the router's.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="openFiles">How many files the process may open; null where that is not known.</param>
    public static EntryLimits Of(TransportOptions options, int? openFiles)
    {
        var files = Math.Max(2, (openFiles ?? UnknownFiles) - FilesOfItsOwn);
        var handshakes = options.MaxHandshakes ?? Math.Clamp(files / 16, 1, MostHandshakes);
        var connections = options.MaxConnections ?? Math.Max(1, files - handshakes);
        return new EntryLimits
        {
            Section = TransportOptions.SectionName,
            Connections = connections,
            ConnectionsOfAddress = options.MaxConnectionsPerAddress ?? Math.Max(1, connections / 4),
            Handshakes = handshakes,
            Joins = options.JoinsPerSecond,
            JoinsOfAnAddressPerSecond = options.JoinsPerSecondPerAddress ?? JoinsOfAnAddress,
            LimitsConnectionsOfLoopback = options.MaxConnectionsPerAddress is not null,
            LimitsJoinsOfLoopback = options.JoinsPerSecondPerAddress is not null,
        };
    }

    /// <summary>Those of a listener: what is not set is not limited there.</summary>
    /// <param name="listener">Its settings.</param>
    /// <param name="section">Where they stand.</param>
    public static EntryLimits Of(ListenerLimits listener, string section) => new()
    {
        Section = section,
        Connections = listener.MaxConnections ?? int.MaxValue,
        ConnectionsOfAddress = listener.MaxConnectionsPerAddress ?? int.MaxValue,
        Handshakes = listener.MaxHandshakes ?? int.MaxValue,
        Joins = listener.JoinsPerSecond,
        JoinsOfAnAddressPerSecond = listener.JoinsPerSecondPerAddress ?? int.MaxValue,
        LimitsConnectionsOfLoopback = listener.MaxConnectionsPerAddress is not null,
        LimitsJoinsOfLoopback = listener.JoinsPerSecondPerAddress is not null,
    };

    /// <summary>Whether connections of an address are limited.</summary>
    public bool LimitsConnections(AddressBlock address) => LimitsConnectionsOfLoopback || !address.IsLoopback;

    /// <summary>Whether joins of an address are limited.</summary>
    public bool LimitsJoins(AddressBlock address) => LimitsJoinsOfLoopback || !address.IsLoopback;

    /// <summary>A full bucket of joins.</summary>
    public static TokenBucket Bucket(int perSecond, long now) => new(perSecond, (double)perSecond * BurstSeconds, now);
}
