using System.Globalization;
using System.Text;
using WampRouter.Wire;

namespace WampRouter.Http.Events;

/// <summary>A result of <c>wamp.subscription.get_events</c> (<c>rfc/text/advanced/pubsub_event_history.md</c>).</summary>
internal static class HistoryPage
{
    private static readonly byte[] Procedure = "\"wamp.subscription.get_events\""u8.ToArray();

    /// <summary>Asks for what is behind a position.</summary>
    public static RequestMessage After(ulong subscription, ulong position) =>
        Call(subscription, position == EventPositions.Start ? "{}" : string.Create(CultureInfo.InvariantCulture, $$"""{"after_publication":{{position}}}"""));

    /// <summary>Asks for the last events, the last one first.</summary>
    public static RequestMessage Newest(ulong subscription, int count) => Call(subscription, string.Create(CultureInfo.InvariantCulture, $$"""{"reverse":true,"limit":{{count}}}"""));

    /// <summary>Whether there are more than the result holds.</summary>
    public static bool HasMore(Reply page) => page.FindDetail("_more"u8, out var more) && more.TryGetBoolean(out var hasMore) && hasMore;

    /// <summary>The events of a result, as EVENTs, each with the time at which it was stored, in JSON.</summary>
    public static IReadOnlyList<(Reply Event, byte[] Timestamp)> Read(Reply page)
    {
        var events = new List<(Reply, byte[])>();
        if (new ListReader(WireFormat.Json, page.Args).TryReadNext(out var list))
        {
            for (var items = list.AsList(); items.TryReadNext(out var item);)
            {
                events.Add(ReadOne(item));
            }
        }

        return events;
    }

    private static (Reply Event, byte[] Timestamp) ReadOne(in WireValue item)
    {
        var (stored, timestamp) = (new Reply { Code = MessageCode.Event }, Array.Empty<byte>());
        for (var entries = item.AsDictionary(); entries.TryReadNext(out var key, out var value);)
        {
            switch (Encoding.UTF8.GetString(key))
            {
                case "publication" when value.TryGetId(out var publication):
                    stored = stored with { Publication = publication };
                    break;
                case "timestamp":
                    timestamp = value.Raw.ToArray();
                    break;
                case "details" when value.Raw.Length > 2:
                    stored = stored with { Details = value.Raw.ToArray() };
                    break;
                case "args":
                    stored = stored with { Args = value.Raw.ToArray() };
                    break;
                case "kwargs":
                    stored = stored with { Kwargs = value.Raw.ToArray() };
                    break;
            }
        }

        return (stored, timestamp);
    }

    private static RequestMessage Call(ulong subscription, string conditions) =>
        new(MessageCode.Call, default, Procedure, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[{subscription}]")), Encoding.ASCII.GetBytes(conditions));
}
