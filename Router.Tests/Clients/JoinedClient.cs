using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A client that has joined a <see cref="ScriptedRouter"/>, and the router's end of its connection.</summary>
internal sealed class JoinedClient(WampClient client, ScriptedRouter router, ScriptedPeer peer) : IAsyncDisposable
{
    public WampClient Client { get; } = client;

    public ScriptedRouter Router { get; } = router;

    public ScriptedPeer Peer { get; } = peer;

    public static async Task<JoinedClient> JoinAsync(
        WampSerializer serializer,
        TimeProvider? time = null,
        WampReconnectPolicy? reconnect = null,
        WampDisconnectedBehavior whenDisconnected = WampDisconnectedBehavior.Fail,
        IWampPayloadSerializer? payloads = null,
        int maxUnsentBytes = 4 * 1024 * 1024,
        string welcome = ScriptedRouter.EveryFeature,
        IReadOnlyList<string>? assumedFeatures = null,
        bool sendExceptionMessages = false)
    {
        var router = new ScriptedRouter();
        var client = new WampClient(new WampClientOptions
        {
            Transport = router.Transport,
            Realm = "realm1",
            Serializers = [serializer],
            TimeProvider = time ?? TimeProvider.System,
            Reconnect = reconnect,
            WhenDisconnected = whenDisconnected,
            PayloadSerializer = payloads ?? WampJsonSerializer.Default,
            MaxUnsentBytes = maxUnsentBytes,
            AssumedFeatures = assumedFeatures ?? [],
            SendExceptionMessages = sendExceptionMessages,
        });
        var connecting = client.ConnectAsync();
        var peer = await router.WelcomeAsync(welcome);
        await connecting.Soon();
        return new JoinedClient(client, router, peer);
    }

    /// <summary>Subscribes; the router answers with the id.</summary>
    public async Task<T> SubscribedAsync<T>(Task<T> subscribing, int id = 501)
    {
        await Peer.AnswerAsync($"[33,$,{id}]");
        return await subscribing.Soon();
    }

    /// <summary>Registers; the router answers with the id.</summary>
    public async Task<WampRegistration> RegisteredAsync(Task<WampRegistration> registering, int id = 701)
    {
        await Peer.AnswerAsync($"[65,$,{id}]");
        return await registering.Soon();
    }

    public async ValueTask DisposeAsync()
    {
        await Router.DisposeAsync();
        await Client.DisposeAsync().Soon();
    }
}
