using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>What an application writes to test its own code without a router: it keeps what it is given, and answers from dictionaries.</summary>
internal sealed class StandInClient : IWampClient
{
    public event EventHandler<WampStateChangedEventArgs>? StateChanged;

    public event EventHandler<WampBackgroundErrorEventArgs>? BackgroundError;

    public WampClientState State => WampClientState.Connected;

    public WampSessionDetails? Session { get; } = WampModelFactory.Session(17, "realm1", new Dictionary<string, object?> { ["authid"] = "anna" });

    public IWampPayloadSerializer PayloadSerializer => WampJsonSerializer.Default;

    public List<(string Topic, WampPayload? Arguments)> Published { get; } = [];

    public List<string> Ended { get; } = [];

    public Dictionary<string, WampPayload?[]> Results { get; } = [];

    public Dictionary<string, WampEvent[]> Feeds { get; } = [];

    public Dictionary<string, Func<WampEvent, Task>> Subscribers { get; } = [];

    public Dictionary<string, Func<WampInvocation, Task<WampPayload?>>> Procedures { get; } = [];

    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        StateChanged?.Invoke(this, new WampStateChangedEventArgs(WampClientState.Connecting, WampClientState.Connected, null));
        return Task.CompletedTask;
    }

    public Task CloseAsync(string reason = WampClient.CloseReason, string? message = null, CancellationToken cancellationToken = default)
    {
        Ended.Add(reason);
        return Task.CompletedTask;
    }

    public ValueTask PublishAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        Published.Add((topic, arguments));
        return ValueTask.CompletedTask;
    }

    public Task<long> PublishAcknowledgedAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        Published.Add((topic, arguments));
        return Task.FromResult((long)Published.Count);
    }

    public Task<WampSubscription> SubscribeAsync(
        string topic, Func<WampEvent, Task> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        Subscribers.Add(topic, handler);
        return Task.FromResult(WampModelFactory.Subscription(topic, () => End(topic)));
    }

    public Task<WampEventFeed> SubscribeAsync(string topic, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(WampModelFactory.EventFeed(topic, Feeds[topic], () => End(topic)));

    public Task<WampArguments> CallAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(WampModelFactory.Arguments(Results[procedure][^1]));

    public Task<WampArguments> CallAsync(
        string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default) => CallAsync(procedure, cancellationToken: cancellationToken);

    public IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Results[procedure].Select(result => WampModelFactory.Arguments(result)).ToAsyncEnumerable();

    public IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default) => CallProgressivelyAsync(procedure, cancellationToken: cancellationToken);

    public Task<WampRegistration> RegisterAsync(
        string procedure, Func<WampInvocation, Task<WampPayload?>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        Procedures.Add(procedure, handler);
        return Task.FromResult(WampModelFactory.Registration(procedure, () => End(procedure)));
    }

    public void Fail(Exception exception) => BackgroundError?.Invoke(this, new WampBackgroundErrorEventArgs(WampBackgroundErrorKind.EventHandlerFailed, "com.example.t", exception));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask End(string what)
    {
        Ended.Add(what);
        return ValueTask.CompletedTask;
    }
}
