using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using WampRouter.Realms.Events;
using WampRouter.Wire;

namespace WampRouter.Realms.History;

/// <summary>
/// Which events of a history are wanted: the ArgumentsKw of <c>wamp.subscription.get_events</c>. All conditions must hold. A condition about a publication
/// means its place in the history. If the publication is not there, the query fails: an empty result would look like the end of the history.
/// </summary>
internal sealed class EventHistoryQuery
{
    private const int FractionDigits = 7;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>Whether to go from the newest event to the oldest.</summary>
    public bool Reverse { get; set; }

    /// <summary>The most events to return; null: all.</summary>
    public int? Limit { get; set; }

    public DateTimeOffset? FromTime { get; set; }

    public DateTimeOffset? AfterTime { get; set; }

    public DateTimeOffset? BeforeTime { get; set; }

    public DateTimeOffset? UntilTime { get; set; }

    /// <summary>Only events published to exactly this topic.</summary>
    public string? Topic { get; set; }

    public ulong? FromPublication { get; set; }

    public ulong? AfterPublication { get; set; }

    public ulong? BeforePublication { get; set; }

    public ulong? UntilPublication { get; set; }

    /// <summary>The publications that the query names, each with the name of its condition.</summary>
    public IEnumerable<(string Condition, ulong Publication)> Publications =>
        new[] { ("from_publication", FromPublication), ("after_publication", AfterPublication), ("before_publication", BeforePublication), ("until_publication", UntilPublication) }
        .Where(named => named.Item2 is not null)
        .Select(named => (named.Item1, named.Item2!.Value));

    /// <summary>A further condition: whether the requester may have an event to this topic with these receivers. Checked before <see cref="Limit"/> counts.</summary>
    public Func<byte[], ReceiverFilter?, bool>? Admits { get; set; }

    /// <summary>Reads a query; false if an argument is invalid.</summary>
    /// <param name="conditions">ArgumentsKw; unknown ones are ignored.</param>
    /// <param name="query">The query.</param>
    /// <param name="problem">What is wrong; null if nothing is.</param>
    public static bool TryRead(DictionaryReader conditions, out EventHistoryQuery query, [NotNullWhen(false)] out string? problem)
    {
        query = new EventHistoryQuery();
        problem = null;
        while (problem is null && conditions.TryReadNext(out var key, out var value))
        {
            problem = value.Kind == WireKind.Null ? null : query.TakeChoice(key, value) ?? query.TakeTime(key, value) ?? query.TakePublication(key, value);
        }

        return problem is null;
    }

    /// <summary>RFC 3339, in UTC, as results show it. To the microsecond, like stored events: with fewer digits a query by that time would miss its own event.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Takes the limit; returns what is wrong with it, or null.</summary>
    public string? TakeLimit(in WireValue value)
    {
        var isCount = value.TryGetInteger(out var limit) && limit > 0;
        Limit = (int)Math.Min(limit, int.MaxValue);
        return isCount ? null : "limit must be a positive integer";
    }

    private string? TakeChoice(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("reverse"u8))
        {
            var isBoolean = value.TryGetBoolean(out var reverse);
            Reverse = reverse;
            return isBoolean ? null : "reverse must be a boolean";
        }

        if (key.SequenceEqual("limit"u8))
        {
            return TakeLimit(value);
        }

        if (key.SequenceEqual("topic"u8))
        {
            // A longer text is no topic, and would take memory as long as the reading waits.
            var isTopic = value.TryGetUtf8(out var topic) && topic.Length <= WireLimits.MaxUriBytes;
            Topic = isTopic ? Encoding.UTF8.GetString(topic) : null;
            return isTopic ? null : "topic must be a URI";
        }

        return null;
    }

    private string? TakeTime(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (!key.EndsWith("_time"u8))
        {
            return null;
        }

        if (!value.TryGetText(out var text)
            || !DateTimeOffset.TryParseExact(WithoutFinerDigits(text.ToUpperInvariant()), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return "from_time, after_time, before_time and until_time must be RFC 3339 timestamps such as 2030-01-31T23:59:59.5Z";
        }

        FromTime = key.SequenceEqual("from_time"u8) ? time : FromTime;
        AfterTime = key.SequenceEqual("after_time"u8) ? time : AfterTime;
        BeforeTime = key.SequenceEqual("before_time"u8) ? time : BeforeTime;
        UntilTime = key.SequenceEqual("until_time"u8) ? time : UntilTime;
        return null;
    }

    /// <summary>RFC 3339 allows any number of decimals; those finer than a tick are cut off.</summary>
    private static string WithoutFinerDigits(string time)
    {
        var point = time.IndexOf('.', StringComparison.Ordinal);
        var end = point + 1;
        while (point >= 0 && end < time.Length && char.IsAsciiDigit(time[end]))
        {
            end++;
        }

        var kept = Math.Min(end, point + 1 + FractionDigits);
        return time.Remove(kept, end - kept);
    }

    private string? TakePublication(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (!key.EndsWith("_publication"u8))
        {
            return null;
        }

        if (!value.TryGetId(out var id))
        {
            return "from_publication, after_publication, before_publication and until_publication must be publication ids";
        }

        FromPublication = key.SequenceEqual("from_publication"u8) ? id : FromPublication;
        AfterPublication = key.SequenceEqual("after_publication"u8) ? id : AfterPublication;
        BeforePublication = key.SequenceEqual("before_publication"u8) ? id : BeforePublication;
        UntilPublication = key.SequenceEqual("until_publication"u8) ? id : UntilPublication;
        return null;
    }
}
