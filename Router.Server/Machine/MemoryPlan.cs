using System.Globalization;
using WampRouter.Configuration;
using WampRouter.Realms.Settings;
using WampRouter.Server.Configuration;
using WampRouter.Sqlite;

namespace WampRouter.Server.Machine;

/// <summary>Something that clients can make the router hold.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Setting">What bounds it.</param>
/// <param name="Bytes">The bound.</param>
internal readonly record struct MemoryPart(string Name, string Setting, long Bytes);

/// <summary>
/// What all limits together let clients make the router hold, which no machine needs to have as long as nobody tries; and whether this one has it. Immutable.
/// </summary>
internal sealed class MemoryPlan
{
    private const int Shown = 4;
    private const long Megabyte = 1024 * 1024;
    private const long IdleProcess = 64 * Megabyte;         // docs/performance.md, under the JIT, and what may wait of the log
    private const long IdleSession = 9 * 1024;              // likewise
    private const long WaitingCheck = 2 * 1024;             // a ticket of the greatest length, and what is around it

    private readonly MemoryPart[] _parts;
    private readonly long _available;

    /// <param name="configuration">The limits.</param>
    /// <param name="available">What the process may use, in bytes.</param>
    public MemoryPlan(RouterConfiguration configuration, long available)
    {
        _available = available;
        _parts = [.. Parts(configuration, available).GroupBy(part => (part.Name, part.Setting)).Select(same => same.First() with { Bytes = same.Sum(part => part.Bytes) }).OrderByDescending(part => part.Bytes)];
    }

    /// <summary>The worst case, in bytes.</summary>
    public long Bytes => _parts.Sum(part => part.Bytes);

    /// <summary>Whether it is more than the machine has for the process.</summary>
    public bool IsTooMuch => Bytes > _available;

    /// <summary>What this process may use: the memory of the machine, or of its container.</summary>
    public static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The worst case and its largest parts, in a line.</summary>
    public override string ToString()
    {
        var largest = _parts.Take(Shown).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {InMegabytes(part.Bytes):N0} ({part.Setting})"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsTooMuch ? "clients can make it need" : "at most")} {InMegabytes(Bytes):N0} MB{(IsTooMuch ? ", and there are" : " of")} {InMegabytes(_available):N0} MB: {string.Join(", ", largest)}{(_parts.Length > Shown ? ", …" : "")}");
    }

    /// <summary>One line for each limit. What belongs to a realm comes once for each; the sum is shown.</summary>
    private static IEnumerable<MemoryPart> Parts(RouterConfiguration configuration, long available)
    {
        var (transports, sessions) = (configuration.Options.Transports, configuration.Options.Sessions);
        yield return new("the program", "fixed", IdleProcess);
        yield return new("outboxes", "Transports:OutboxTotalBytes", transports.OutboxTotalBytes ?? available / 4);
        yield return new("unfinished messages", "Transports:InboundTotalBytes", transports.InboundTotalBytes ?? available / 8);
        yield return new("compression", "Transports:Compression:TotalBytes", transports.Compression is { Enabled: true, ContextTakeover: true } ? transports.Compression.TotalBytes : 0);
        yield return new("sessions", "Transports:MaxConnections, limits.maxSessions", IdleSession * MostSessions(configuration));
        yield return new("resumption", "Sessions:ResumptionTotalBytes", sessions.ResumptionTotalBytes);
        yield return new("ticket checks", "Sessions:QueuedTicketChecks", WaitingCheck * sessions.QueuedTicketChecks);
        foreach (var (realm, _, _) in configuration.Realms)
        {
            yield return new("retained events", "retained.maxBytes", realm.Retained.MaxBytes);
            yield return new("histories in memory", "history.maxBytes", realm.History.Where(history => history.Store == HistoryStore.Memory).Sum(history => history.MaxBytes));
            yield return new("held calls", "limits.maxHeldCallBytes", realm.Limits.MaxHeldCallBytes);
            yield return new("subscriptions", "limits.maxSubscriptionBytes", realm.Limits.MaxSubscriptionBytes);
            yield return new("registrations", "limits.maxRegistrationBytes", realm.Limits.MaxRegistrationBytes);
            yield return new("testaments", "limits.maxTestamentBytes", realm.Limits.MaxTestamentBytes);
            yield return new("history results", "limits.maxHistoryReads, limits.maxHistoryResultBytes", (long)realm.Limits.MaxHistoryReads * realm.Limits.MaxHistoryResultBytes);
            yield return new("definitions", "limits.maxDefinitionBytes", realm.Limits.MaxDefinitionBytes);
            yield return new("remembered URIs", "limits.maxCachedUriBytes", realm.Limits.MaxCachedUriBytes);
        }

        if (configuration.Realms.Any(realm => realm.Realm.History.Any(history => history.Store == HistoryStore.Sqlite)))
        {
            yield return new("events that wait for the disk", "fixed", SqliteEventStore.MaxWaitingBytes);
        }
    }

    /// <summary>Each session has a connection, or has lost it.</summary>
    private static long MostSessions(RouterConfiguration configuration)
    {
        var inRealms = configuration.Realms.Sum(realm => (long)realm.Realm.Limits.MaxSessions);
        return MostConnections(StandAloneSettings.Of(configuration)) is { } connections ? Math.Min(inRealms, connections + configuration.Options.Sessions.MaxDetachedSessions) : inRealms;
    }

    /// <summary>What the settings allow, where they say: all together, or each listener.</summary>
    private static long? MostConnections(StandAloneOptions options)
    {
        long? together = options.Transports.MaxConnections;
        long? atListeners = options.Listeners.Count > 0 && options.Listeners.All(listener => listener.MaxConnections is not null) ? options.Listeners.Sum(listener => (long)listener.MaxConnections!) : null;
        return together < atListeners ? together : atListeners ?? together;
    }

    private static long InMegabytes(long bytes) => (bytes + Megabyte - 1) / Megabyte;
}
