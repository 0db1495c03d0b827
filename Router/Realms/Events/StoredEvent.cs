using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>A publication that outlives its PUBLISH: retained, or in a history. Immutable.</summary>
internal sealed class StoredEvent
{
    /// <summary>Roughly what an event takes besides its topic, details and arguments, in bytes.</summary>
    public const int OverheadBytes = 256;

    /// <summary>The publication id of its EVENTs.</summary>
    public required ulong Publication { get; init; }

    /// <summary>When the router received it, to the microsecond, so that a query by the time in a result finds the same event.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The topic.</summary>
    public required byte[] Topic { get; init; }

    /// <summary>EVENT.Details as subscribers of exactly this topic got them: a MessagePack dictionary.</summary>
    public required byte[] Details { get; init; }

    /// <summary>How <see cref="Arguments"/> is encoded.</summary>
    public required WireFormat Format { get; init; }

    /// <summary>Arguments and ArgumentsKw: see <see cref="Wire.Payload.ToArray"/>.</summary>
    public required byte[] Arguments { get; init; }

    /// <summary>How many of the two are present.</summary>
    public required int Elements { get; init; }

    /// <summary>The publisher's restriction of receivers; null: none.</summary>
    public ReceiverFilter? Receivers { get; init; }

    /// <summary>The arguments, for a message.</summary>
    public Payload Payload => new(Format, Arguments, Elements);

    /// <summary>Roughly the memory it takes: names of receivers take more in memory than on the disk.</summary>
    public int MemoryInBytes => SizeInBytes + (Receivers?.OverheadBytes ?? 0);

    /// <summary>What it counts for in the size of a history, in memory or on the disk.</summary>
    public int SizeInBytes => OverheadBytes + Topic.Length + Details.Length + Arguments.Length + (Receivers?.SizeInBytes ?? 0);

    /// <summary>Copies a publication out of the receive buffer.</summary>
    public static StoredEvent Copy(in Publication publication, DateTimeOffset time) => new()
    {
        Publication = publication.Id,
        Time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)),
        Topic = publication.Topic.Utf8,
        Details = EventDetails.Encode(publication),
        Format = publication.Payload.Format,
        Arguments = publication.Payload.ToArray(),
        Elements = publication.Payload.Count,
        Receivers = publication.Receivers,
    };
}
