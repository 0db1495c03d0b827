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
    /// <param name="query">Which events. Default: all.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The events, the oldest first unless the query says otherwise; none where the router keeps no history.</returns>
    /// <exception cref="WampException">The router refused, or has no history at all.</exception>
    public static async Task<IReadOnlyList<WampStoredEvent>> GetEventsAsync(
        this WampClient client, string topic, WampHistoryQuery? query = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(topic);
        query ??= Everything;
        var subscription = await client.CallAsync<long?>(Lookup, MetaArguments.Pattern(topic, query.Match), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (subscription is not { } id)
        {
            return [];
        }

        var result = await client.CallAsync(GetEvents, Arguments(id, query), cancellationToken: cancellationToken).ConfigureAwait(false);
        return StoredEvents.Read(result, topic);
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
