using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>A publication that outlives its PUBLISH: retained, or in a history. Immutable.</summary>
internal sealed class StoredEvent
{
    /// <summary>What an event takes beside its topic, details and arguments, about.</summary>
    public const int OverheadBytes = 256;

    /// <summary>The publication id its EVENTs carried.</summary>
    public required ulong Publication { get; init; }

    /// <summary>When the router received it, to the microsecond: what readers are told, and what they ask for by it, must be the same.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What it was published to.</summary>
    public required byte[] Topic { get; init; }

    /// <summary>EVENT.Details as subscribers of the very topic got them: a MessagePack dictionary.</summary>
    public required byte[] Details { get; init; }

    /// <summary>How <see cref="Arguments"/> is encoded.</summary>
    public required WireFormat Format { get; init; }

    /// <summary>Arguments and ArgumentsKw: see <see cref="Wire.Payload.ToArray"/>.</summary>
    public required byte[] Arguments { get; init; }

    /// <summary>How many of the two there are.</summary>
    public required int Elements { get; init; }

    /// <summary>Whom the publisher restricted it to; null: nobody is left out.</summary>
    public ReceiverFilter? Receivers { get; init; }

    /// <summary>The arguments as messages carry them.</summary>
    public Payload Payload => new(Format, Arguments, Elements);

    /// <summary>About how much memory it takes: the names of receivers take more here than on the disk.</summary>
    public int MemoryInBytes => SizeInBytes + (Receivers?.OverheadBytes ?? 0);

    /// <summary>How much of a history it takes, wherever that is kept.</summary>
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
