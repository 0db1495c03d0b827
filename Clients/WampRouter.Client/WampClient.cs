using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.Diagnostics;
using WampRouter.Client.PubSub;
using WampRouter.Client.Rpc;
using WampRouter.Client.Serialization;
using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// A client of one realm of a WAMP router. It publishes, subscribes, calls and registers; when the session is lost it joins again
/// and restores its subscriptions and registrations. Every member may be used on any thread.
/// </summary>
public sealed class WampClient : IAsyncDisposable
{
    internal const string CloseReason = "wamp.close.close_realm";

    private static readonly WampPublishOptions DefaultPublish = new();
    private static readonly WampSubscribeOptions DefaultSubscribe = new();
    private static readonly WampRegisterOptions DefaultRegister = new();

    private readonly WampClientOptions _options;
    private readonly SessionKeeper _keeper;
    private readonly SubscriptionTable _subscriptions;
    private readonly RegistrationTable _registrations;
    private readonly Background _background;

    /// <summary>A client that is not connected yet.</summary>
    /// <param name="options">How it connects and behaves.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message names every mistake.</exception>
    public WampClient(WampClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _options = options;
        _background = new Background(this);
        _keeper = new SessionKeeper(options, _background, _background);
        _subscriptions = new SubscriptionTable(_keeper, _background);
        _registrations = new RegistrationTable(_keeper, _background, options);
        Caller = new Caller(_keeper, options);
    }

    /// <summary>A client of a WebSocket router with the default options, anonymous and not connected yet.</summary>
    /// <param name="uri">The router's address, such as <c>wss://example.com/ws</c>.</param>
    /// <param name="realm">The realm to join.</param>
    public WampClient(Uri uri, string realm)
        : this(new WampClientOptions { Transport = new WampWebSocketTransport(uri), Realm = realm })
    {
    }

    /// <summary>The state changed. Raised in order, one at a time; a slow handler delays the reconnect and nothing else.</summary>
    public event EventHandler<WampStateChangedEventArgs>? StateChanged;

    /// <summary>Something failed where no caller could be told: a handler threw, events were dropped, a reconnect failed. Raised in order, one at a time, on the thread pool; a slow handler delays the next report and nothing else.</summary>
    public event EventHandler<WampBackgroundErrorEventArgs>? BackgroundError;

    /// <summary>Where the client is in its life.</summary>
    public WampClientState State => _keeper.State;

    /// <summary>The current session; <see langword="null"/> unless <see cref="WampClientState.Connected"/>.</summary>
    public WampSessionDetails? Session => _keeper.Details;

    internal Caller Caller { get; }

    internal IWampPayloadSerializer PayloadSerializer => _options.PayloadSerializer;

    /// <summary>Connects and joins the realm. After a failure it may be called again.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>A task that completes when the client is connected.</returns>
    /// <exception cref="WampConnectionException">The router could not be reached or refused; the message says why.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _keeper.ConnectAsync(cancellationToken);

    /// <summary>Publishes without waiting for the router: the task completes when the event is on its way, and waits while too much is unsent.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="arguments">What to publish, such as <c>[21.5, "C"]</c>.</param>
    /// <param name="options">How to publish.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the event is on its way.</returns>
    public async ValueTask PublishAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(topic);
        using var payload = EncodedPayload.From(arguments, _options.PayloadSerializer);
        var session = await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        await session.Outbox.SendAsync(new PublishMessage(topic, options ?? DefaultPublish, acknowledge: false, payload), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes and waits until the router has accepted it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="arguments">What to publish.</param>
    /// <param name="options">How to publish.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The publication's id.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    public async Task<long> PublishAcknowledgedAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(topic);
        using var payload = EncodedPayload.From(arguments, _options.PayloadSerializer);
        var session = await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var pending = new PendingId(MessageCode.Publish, MessageCode.Published, $"Publishing to '{topic}'") { Table = session.Pending };
        await session.Outbox.SendAsync(new PublishMessage(topic, options ?? DefaultPublish, acknowledge: true, payload), pending, cancellationToken).ConfigureAwait(false);
        pending.Reply.Forget();
        return (long)await pending.Reply.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Subscribes a handler. Events are handled one after the other, each awaited before the next; a slow handler delays only itself.</summary>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="handler">What to do with an event. What it throws is reported by <see cref="BackgroundError"/>.</param>
    /// <param name="options">How to subscribe.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The subscription; dispose it to unsubscribe.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    public async Task<WampSubscription> SubscribeAsync(
        string topic, Func<WampEvent, Task> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var sink = new HandlerSink(topic, Checked(topic, options), handler, _background.HandlerFailed) { OnOverflow = _background.Overflowed };
        await _subscriptions.AddAsync(sink, cancellationToken).ConfigureAwait(false);
        return new WampSubscription(_subscriptions, sink);
    }

    /// <inheritdoc cref="SubscribeAsync(string, Func{WampEvent, Task}, WampSubscribeOptions?, CancellationToken)"/>
    public Task<WampSubscription> SubscribeAsync(
        string topic, Action<WampEvent> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return SubscribeAsync(topic, SubscriptionHandlers.From(handler), options, cancellationToken);
    }

    /// <summary>Subscribes and keeps the events until they are read with <c>await foreach</c>.</summary>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="options">How to subscribe; how many events to keep, and what to lose beyond them.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The events; dispose it to unsubscribe.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    public async Task<WampEventFeed> SubscribeAsync(string topic, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new FeedSink(topic, Checked(topic, options)) { OnOverflow = _background.Overflowed };
        await _subscriptions.AddAsync(sink, cancellationToken).ConfigureAwait(false);
        return new WampEventFeed(_subscriptions, sink);
    }

    /// <summary>Calls a procedure.</summary>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with, such as <c>[2, 3]</c>.</param>
    /// <param name="options">How to call, and how long to wait.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>All arguments of the result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    public Task<WampArguments> CallAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Caller.CallAsync(procedure, arguments, options, cancellationToken);

    /// <summary>Calls a procedure and reads the first argument of its result.</summary>
    /// <typeparam name="T">What to read the result as; a result without arguments is the default of a type that has null, and an error otherwise.</typeparam>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with, such as <c>[2, 3]</c>.</param>
    /// <param name="options">How to call, and how long to wait.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    /// <exception cref="WampSerializationException">The procedure answered, and the result is not a <typeparamref name="T"/>.</exception>
    public async Task<T> CallAsync<T>(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        (await CallAsync(procedure, arguments, options, cancellationToken).ConfigureAwait(false)).AsResult<T>();

    /// <summary>Registers a procedure. Its invocations run at once up to <see cref="WampRegisterOptions.Concurrency"/>.</summary>
    /// <param name="procedure">The procedure's URI, or a pattern if the options say so.</param>
    /// <param name="handler">Answers a call. To answer with an error, throw a <see cref="WampException"/>.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    public async Task<WampRegistration> RegisterAsync(
        string procedure, Func<WampInvocation, Task<WampPayload?>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        options ??= DefaultRegister;
        Uris.ThrowIfInvalid(procedure, options.Match);
        Uris.ThrowIfMistaken(procedure, options.AsteriskIsLiteral);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Concurrency, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.QueueSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferSize, 1, nameof(options));
        var registration = new Registration(procedure, options, handler, _background, _options.TimeProvider);
        await _registrations.AddAsync(registration, cancellationToken).ConfigureAwait(false);
        return new WampRegistration(_registrations, registration);
    }

    /// <summary>Registers every public method of an object that has a <see cref="WampProcedureAttribute"/>: all of them, or none if one is refused.</summary>
    /// <typeparam name="TService">The object's type.</typeparam>
    /// <param name="service">The object; its methods are called from several threads.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registrations; dispose it to unregister them all.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    [RequiresUnreferencedCode(AttributedProcedure.Reason)]
    [RequiresDynamicCode(AttributedProcedure.Reason)]
    public async Task<WampService> RegisterServiceAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] TService>(
        TService service, CancellationToken cancellationToken = default)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(service);
        var registrations = new List<WampRegistration>();
        try
        {
            foreach (var procedure in AttributedProcedure.Of(service, typeof(TService)))
            {
                var options = new WampRegisterOptions
                {
                    Concurrency = procedure.Attribute.Concurrency,
                    Invoke = procedure.Attribute.Invoke,
                    RefuseExtraArguments = procedure.Attribute.RefuseExtraArguments,
                };
                registrations.Add(await RegisterAsync(procedure.Attribute.Procedure, procedure.InvokeAsync, options, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            await new WampService(registrations).DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new WampService(registrations);
    }

    /// <summary>Says goodbye to the router, waits for its answer up to <see cref="WampClientOptions.CloseTimeout"/> and ends everything. The client cannot be connected again.</summary>
    /// <returns>A task that completes when the connection is closed.</returns>
    public ValueTask DisposeAsync() => new(_keeper.CloseAsync(CloseReason));

    private static WampSubscribeOptions Checked(string topic, WampSubscribeOptions? options)
    {
        options ??= DefaultSubscribe;
        Uris.ThrowIfInvalid(topic, options.Match);
        Uris.ThrowIfMistaken(topic, options.AsteriskIsLiteral);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferSize, 1, nameof(options));
        return options;
    }

    /// <summary>What sessions tell the client; kept out of its public face.</summary>
    private sealed class Background : ISessionOwner, ISessionObserver
    {
        private readonly WampClient _client;
        private readonly BackgroundReports _reports;

        public Background(WampClient client)
        {
            _client = client;
            _reports = new BackgroundReports(Raise);
        }

        public void Report(WampBackgroundErrorKind kind, string uri, Exception exception)
        {
            WampClientEventSource.Log.BackgroundError(kind.ToString(), uri, exception.Message);
            if (_client.BackgroundError is not null)
            {
                _reports.Add(new WampBackgroundErrorEventArgs(kind, uri, exception));
            }
        }

        public void HandlerFailed(string topic, Exception exception) => Report(WampBackgroundErrorKind.EventHandlerFailed, topic, exception);

        public void Overflowed(EventSink sink, WampOverflowException overflow)
        {
            Report(WampBackgroundErrorKind.EventsDropped, sink.Topic, overflow);
            if (sink.Options.Overflow == WampOverflowPolicy.Fail)
            {
                sink.Complete(overflow);
                _client._subscriptions.RemoveAsync(sink).Forget();
            }
        }

        public void Revoked(Subscription subscription, Revocation revocation)
        {
            _client._subscriptions.Revoke(subscription, revocation);
            Report(WampBackgroundErrorKind.Revoked, subscription.Topic, revocation.Cause);
        }

        public void Revoked(Registration registration, Revocation revocation)
        {
            _client._registrations.Revoke(registration, revocation.Reason);
            Report(WampBackgroundErrorKind.Revoked, registration.Procedure, revocation.Cause);
        }

        public Task RestoreAsync(Session session) =>
            Task.WhenAll(_client._subscriptions.RestoreAsync(session), _client._registrations.RestoreAsync(session));

        public void Changed(WampClientState previous, WampClientState current, Exception? cause)
        {
            WampClientEventSource.Log.StateChanged(_client._options.Realm, current.ToString(), cause?.Message ?? string.Empty);
            if (current == WampClientState.Closed)
            {
                _client._subscriptions.Complete(cause);
            }

            try
            {
                _client.StateChanged?.Invoke(_client, new WampStateChangedEventArgs(previous, current, cause));
            }
            catch (Exception e)
            {
                // The observer is user code; the client's life must not depend on it.
                WampClientEventSource.Log.ObserverFailed(nameof(StateChanged), e.ToString());
            }
        }

        private void Raise(WampBackgroundErrorEventArgs args)
        {
            try
            {
                _client.BackgroundError?.Invoke(_client, args);
            }
            catch (Exception e)
            {
                // The observer is user code; there is nobody left to tell but the trace.
                WampClientEventSource.Log.ObserverFailed(nameof(BackgroundError), e.ToString());
            }
        }
    }
}
