using WampRouter.Client.Meta;
using WampRouter.Client.Serialization;
using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>When a testament is published.</summary>
public enum WampTestamentScope
{
    /// <summary>When the session is gone for good.</summary>
    Destroyed,

    /// <summary>When its connection is lost, even if it may be resumed.</summary>
    Detached,
}

/// <summary>
/// What the router publishes in this client's name when its session ends, however that happens (spec: "Testament"). Testaments belong to the session: after a
/// reconnect that could not resume it there are none, so add them whenever <see cref="WampClient.Session"/> has a new id.
/// </summary>
public static class WampTestaments
{
    /// <summary>Leaves an event to be published.</summary>
    /// <param name="client">The client in whose name it is published.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="arguments">What to publish.</param>
    /// <param name="options">How to publish.</param>
    /// <param name="scope">When.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>A task that completes when the router has it.</returns>
    /// <exception cref="WampException">The router refused: the client may not publish it, or has left too many.</exception>
    public static Task AddTestamentAsync(
        this IWampClient client,
        string topic,
        WampPayload? arguments = null,
        WampPublishOptions? options = null,
        WampTestamentScope scope = WampTestamentScope.Destroyed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        Uris.ThrowIfInvalid(topic);
        using var payload = EncodedPayload.From(arguments, client.PayloadSerializer);
        return client.CallAsync("wamp.session.add_testament", Testament(topic, payload, options ?? new(), scope), cancellationToken: cancellationToken);
    }

    /// <summary>Takes back what was left.</summary>
    /// <param name="client">The client that left it.</param>
    /// <param name="scope">Which testaments; the others stay.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>A task that completes when the router has forgotten them.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    public static Task FlushTestamentsAsync(
        this IWampClient client, WampTestamentScope scope = WampTestamentScope.Destroyed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.CallAsync("wamp.session.flush_testaments", new WampPayload { { "scope", Name(scope) } }, cancellationToken: cancellationToken);
    }

    /// <summary>In the format of the payload, so that whatever it holds can be said.</summary>
    private static WampPayload Testament(string topic, EncodedPayload payload, WampPublishOptions options, WampTestamentScope scope)
    {
        var encoded = payload.Payload;
        var writer = new TokenWriter(encoded.Format);
        writer.BeginList(1 + encoded.Count);
        writer.WriteText(topic);
        if (encoded.Count > 0)
        {
            writer.Separate();
            writer.Output.Write(encoded.Tail);
        }

        writer.EndList();
        writer.BeginDictionary(2);
        writer.WriteKey("publish_options"u8);
        OptionWriter.Write(writer, new PublishMessage(topic, options, acknowledge: false, payload));
        writer.WriteKey("scope"u8);
        writer.WriteText(Name(scope));
        writer.EndDictionary();
        return MetaArguments.From(writer, elements: 2);
    }

    private static string Name(WampTestamentScope scope) => scope switch
    {
        WampTestamentScope.Destroyed => "destroyed",
        WampTestamentScope.Detached => "detached",
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };
}
