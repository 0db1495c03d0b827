using WampRouter.Client.Meta;
using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>What was published before, where the router keeps it (spec: "Event History"): <c>await client.GetEventsAsync("com.example.alarm")</c>.</summary>
public static class WampEventHistory
{
    private const string Lookup = "wamp.subscription.lookup";
    private const string GetEvents = "wamp.subscription.get_events";

    private static readonly WampHistoryQuery Everything = new();

    /// <summary>Reads the history of a topic.</summary>
    /// <param name="client">The client that asks; it must be allowed to subscribe to the topic, and gets only what it may have.</param>
    /// <param name="topic">The topic, or a pattern if the query says so.</param>
    /// <param name="query">Which events. Default: all, in as many calls as the router needs to give them.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The events, the oldest first unless the query says otherwise; none where the router keeps no history.</returns>
    /// <exception cref="WampException">The router refused, or has no history at all.</exception>
    public static async Task<IReadOnlyList<WampStoredEvent>> GetEventsAsync(
        this IWampClient client, string topic, WampHistoryQuery? query = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(topic);
        query ??= Everything;
        var subscription = await client.CallAsync<long?>(Lookup, MetaArguments.Pattern(topic, query.Match), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (subscription is not { } id)
        {
            return [];
        }

        var events = new List<WampStoredEvent>();
        for (var rest = query; rest is not null;)
        {
            rest = await ReadPageAsync(client, id, topic, query, rest, events, cancellationToken).ConfigureAwait(false);
        }

        return events;
    }

    /// <summary>Reads what the router gives at once.</summary>
    /// <returns>What is still to be asked for; null: nothing.</returns>
    private static async Task<WampHistoryQuery?> ReadPageAsync(
        IWampClient client, long subscription, string topic, WampHistoryQuery query, WampHistoryQuery rest, List<WampStoredEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            var result = await client.CallAsync(GetEvents, Arguments(subscription, rest), cancellationToken: cancellationToken).ConfigureAwait(false);
            var page = StoredEvents.Read(result, topic);
            events.AddRange(page);
            return result.IsPart && page.Count > 0 && !(events.Count >= query.Limit) ? query.Behind(events, query.Limit - events.Count) : null;
        }
        catch (WampException e) when (e.ErrorUri == WampErrorUri.InvalidArgument && events.Count > 0)
        {
            // The history has forgotten the last event read, and with it all before that. What came behind it is all that is left; if an end was named, it may be gone too.
            return !query.Reverse && rest.AfterPublication is not null ? rest with { AfterPublication = null } : null;
        }
    }

    private static WampPayload Arguments(long subscription, WampHistoryQuery query)
    {
        var writer = new TokenWriter(WireFormat.Json);
        writer.BeginList(1);
        writer.WriteInteger(subscription);
        writer.EndList();
        OptionWriter.Write(writer, new Conditions(query));
        return MetaArguments.From(writer, elements: 2);
    }

    private readonly struct Conditions(WampHistoryQuery query) : IOptions
    {
        public void WriteOptions(ref OptionWriter options) => query.WriteTo(ref options);
    }
}
