using WampRouter.Sessions;

namespace WampRouter.Transports;

/// <summary>
/// What one listener lets its clients do, within what <see cref="TransportOptions"/> and the sessions' options let all of them do: each limit counts beside the router's own of the same name, for those
/// who come here, and null is no further limit. As in those, a limit by address is one for this machine too where it is set.
/// </summary>
internal class ListenerLimits
{
    /// <summary>How many connections may be open at once, those of the HTTP side included.</summary>
    public int? MaxConnections { get; set; }

    /// <summary>The same of one address.</summary>
    public int? MaxConnectionsPerAddress { get; set; }

    /// <summary>How many connections may be there that have not said yet what they want, a quarter of them from one address.</summary>
    public int? MaxHandshakes { get; set; }

    /// <summary>How many sessions may begin in a second, ten times as many after a quiet time.</summary>
    public int? JoinsPerSecond { get; set; }

    /// <summary>The same of one address.</summary>
    public int? JoinsPerSecondPerAddress { get; set; }

    /// <summary>How many messages a session may send in a second, whatever its role may: the lower one counts.</summary>
    public int? MaxMessagesPerSecond { get; set; }

    /// <summary>How many bytes; at least 1 KiB.</summary>
    public long? MaxBytesPerSecond { get; set; }

    /// <summary>How many messages all sessions of one address may send here in a second.</summary>
    public int? MaxMessagesPerSecondPerAddress { get; set; }

    /// <summary>How many bytes all of them; at least 1 KiB.</summary>
    public long? MaxBytesPerSecondPerAddress { get; set; }

    /// <summary>How long a session may live without a message from or to it, 10 seconds to 30 days.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>Whether there is any limit.</summary>
    internal bool AreSet => this is not
    {
        MaxConnections: null, MaxConnectionsPerAddress: null, MaxHandshakes: null, JoinsPerSecond: null, JoinsPerSecondPerAddress: null,
        MaxMessagesPerSecond: null, MaxBytesPerSecond: null, MaxMessagesPerSecondPerAddress: null, MaxBytesPerSecondPerAddress: null, IdleTimeout: null,
    };

    /// <summary>The names of those that are set and concern nothing but sessions.</summary>
    internal IEnumerable<string> LimitsOfSessions =>
        from limit in (IEnumerable<(string Key, bool IsSet)>)
        [
            (nameof(JoinsPerSecond), JoinsPerSecond is not null), (nameof(JoinsPerSecondPerAddress), JoinsPerSecondPerAddress is not null),
            (nameof(MaxMessagesPerSecond), MaxMessagesPerSecond is not null), (nameof(MaxBytesPerSecond), MaxBytesPerSecond is not null),
            (nameof(MaxMessagesPerSecondPerAddress), MaxMessagesPerSecondPerAddress is not null), (nameof(MaxBytesPerSecondPerAddress), MaxBytesPerSecondPerAddress is not null),
            (nameof(IdleTimeout), IdleTimeout is not null),
        ]
        where limit.IsSet
        select limit.Key;

    /// <summary>What is wrong with them, by the name of the option.</summary>
    internal IEnumerable<(string Key, string Problem)> FindProblems()
    {
        (string Key, int? Value)[] counts =
        [
            (nameof(MaxConnections), MaxConnections), (nameof(MaxConnectionsPerAddress), MaxConnectionsPerAddress), (nameof(MaxHandshakes), MaxHandshakes), (nameof(JoinsPerSecond), JoinsPerSecond),
            (nameof(JoinsPerSecondPerAddress), JoinsPerSecondPerAddress), (nameof(MaxMessagesPerSecond), MaxMessagesPerSecond), (nameof(MaxMessagesPerSecondPerAddress), MaxMessagesPerSecondPerAddress),
        ];
        (string Key, long? Value)[] bytes = [(nameof(MaxBytesPerSecond), MaxBytesPerSecond), (nameof(MaxBytesPerSecondPerAddress), MaxBytesPerSecondPerAddress)];
        return
        [
            .. from count in counts where count.Value < 1 select (count.Key, "must be at least 1, or absent for no limit of this listener"),
            .. from rate in bytes where rate.Value < TransportOptions.LeastBytesPerSecond select (rate.Key, "must be at least 1024 (1 KiB), or absent for no limit of this listener"),
            .. IdleTimeout is { } idle && (idle < WampSessionOptions.ShortestIdleTimeout || idle > WampSessionOptions.LongestIdleTimeout)
                ? [(nameof(IdleTimeout), "must be 00:00:10 to 30.00:00:00, or absent for no limit of this listener")]
                : Array.Empty<(string, string)>(),
        ];
    }
}
