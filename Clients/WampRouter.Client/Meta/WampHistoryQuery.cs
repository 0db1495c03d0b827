using System.Globalization;
using WampRouter.Client.Sessions;

namespace WampRouter.Client;

/// <summary>Which events of a history are wanted; all that is set must hold. However many they are, they are fetched as the router gives them, page by page; to see them page by page, set <see cref="Limit"/> and begin the next page <see cref="AfterPublication"/> the last one read.</summary>
public sealed record WampHistoryQuery
{
    /// <summary>How the topic names the history: the router keeps one for each topic or pattern it was configured with. Default: exact.</summary>
    public WampMatch Match { get; init; } = WampMatch.Exact;

    /// <summary>Whether the newest event comes first. Default: the oldest.</summary>
    public bool Reverse { get; init; }

    /// <summary>How many events at most. Default: all there are.</summary>
    public int? Limit { get; init; }

    /// <summary>Only those published then or later.</summary>
    public DateTimeOffset? FromTime { get; init; }

    /// <summary>Only those published later.</summary>
    public DateTimeOffset? AfterTime { get; init; }

    /// <summary>Only those published earlier.</summary>
    public DateTimeOffset? BeforeTime { get; init; }

    /// <summary>Only those published then or earlier.</summary>
    public DateTimeOffset? UntilTime { get; init; }

    /// <summary>Of a pattern's history only what was published to this topic.</summary>
    public string? Topic { get; init; }

    /// <summary>Only this publication and those after it. One that is not in the history has nothing before or after it.</summary>
    public long? FromPublication { get; init; }

    /// <summary>Only publications after this one.</summary>
    public long? AfterPublication { get; init; }

    /// <summary>Only publications before this one.</summary>
    public long? BeforePublication { get; init; }

    /// <summary>Only this publication and those before it.</summary>
    public long? UntilPublication { get; init; }

    /// <summary>The rest, where the router gave a part. Conditions that those read have met already are left out: the events they name may have been forgotten since.</summary>
    internal WampHistoryQuery Behind(IReadOnlyList<WampStoredEvent> read, int? limit)
    {
        var last = read[^1].Event.PublicationId;
        return Reverse
            ? this with { Limit = limit, BeforePublication = last, UntilPublication = null }
            : this with { Limit = limit, AfterPublication = last, FromPublication = null };
    }

    internal void WriteTo(ref OptionWriter writer)
    {
        writer.Flag("reverse"u8, Reverse);
        writer.Integer("limit"u8, Limit);
        writer.Text("from_time"u8, Format(FromTime));
        writer.Text("after_time"u8, Format(AfterTime));
        writer.Text("before_time"u8, Format(BeforeTime));
        writer.Text("until_time"u8, Format(UntilTime));
        writer.Text("topic"u8, Topic);
        writer.Integer("from_publication"u8, FromPublication);
        writer.Integer("after_publication"u8, AfterPublication);
        writer.Integer("before_publication"u8, BeforePublication);
        writer.Integer("until_publication"u8, UntilPublication);
    }

    private static string? Format(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
