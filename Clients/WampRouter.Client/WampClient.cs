using System.Runtime.CompilerServices;
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
public sealed class WampClient : IWampClient
{
    /// <summary>The reason of a GOODBYE where none is given: <c>wamp.close.close_realm</c>.</summary>
    public const string CloseReason = "wamp.close.close_realm";

    private static readonly WampPublishOptions DefaultPublish = new();
    private static readonly WampSubscribeOptions DefaultSubscribe = new();
    private static readonly WampRegisterOptions DefaultRegister = new();

    private readonly WampClientOptions _options;
    private readonly SessionKeeper _keeper;
    private readonly SubscriptionTable _subscriptions;
    private readonly RegistrationTable _registrations;
    private readonly Background _background;
    private readonly Caller _caller;
    private readonly ClientTelemetry _telemetry;

    /// <summary>A client that is not connected yet.</summary>
    /// <param name="options">How it connects and behaves.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message names every mistake.</exception>
    public WampClient(WampClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _options = options;
        _telemetry = new ClientTelemetry(options);
        _background = new Background(this);
        _keeper = new SessionKeeper(options, _background, _background);
        _subscriptions = new SubscriptionTable(_keeper, _background);
        _registrations = new RegistrationTable(_keeper, _background, options);
        _caller = new Caller(_keeper, options, _telemetry);
    }

    /// <summary>A client of the router at an address, with the default options, anonymous and not connected yet.</summary>
    /// <param name="uri">The router's address, such as <c>wss://example.com/ws</c>, or for RawSocket <c>tcp://example.com:8080</c>: see <see cref="WampTransport"/>.</param>
    /// <param name="realm">The realm to join.</param>
    public WampClient(Uri uri, string realm)
        : this(new WampClientOptions { Transport = WampTransport.For(uri), Realm = realm })
    {
    }

    /// <inheritdoc/>
    public event EventHandler<WampStateChangedEventArgs>? StateChanged;

    /// <inheritdoc/>
    public event EventHandler<WampBackgroundErrorEventArgs>? BackgroundError;

    /// <inheritdoc/>
    public WampClientState State => _keeper.State;

    /// <inheritdoc/>
    public WampSessionDetails? Session => _keeper.Details;

    /// <inheritdoc/>
    public IWampPayloadSerializer PayloadSerializer => _options.PayloadSerializer;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _keeper.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask PublishAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(topic);
        var operation = _telemetry.BeginPublish(topic);
        try
        {
            using var payload = EncodedPayload.From(arguments, _options.PayloadSerializer);
            var session = await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
            var message = new PublishMessage(topic, options ?? DefaultPublish, acknowledge: false, payload, operation.Context);
            await session.Outbox.SendAsync(message, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (operation.Fail(e))
        {
            throw;
        }
        finally
        {
            operation.End();
        }
    }

    /// <inheritdoc/>
    public async Task<long> PublishAcknowledgedAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(topic);
        var operation = _telemetry.BeginPublish(topic);
        try
        {
            using var payload = EncodedPayload.From(arguments, _options.PayloadSerializer);
            var session = await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
            var pending = new PendingId(MessageCode.Publish, MessageCode.Published, $"Publishing to '{topic}'") { Table = session.Pending };
            var message = new PublishMessage(topic, options ?? DefaultPublish, acknowledge: true, payload, operation.Context);
            await session.Outbox.SendAsync(message, pending, cancellationToken).ConfigureAwait(false);
            pending.Reply.Forget();
            return (long)await pending.Reply.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (operation.Fail(e))
        {
            throw;
        }
        finally
        {
            operation.End();
        }
    }

    /// <inheritdoc/>
    public async Task<WampSubscription> SubscribeAsync(
        string topic, Func<WampEvent, Task> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var sink = new HandlerSink(topic, Checked(topic, options), handler, _background.HandlerFailed, _telemetry) { OnOverflow = _background.Overflowed };
        await _subscriptions.AddAsync(sink, cancellationToken).ConfigureAwait(false);
        return new WampSubscription(sink.Topic, sink.Revocation.Task, () => sink.Dropped, () => _subscriptions.RemoveAsync(sink));
    }

    /// <inheritdoc/>
    public async Task<WampEventFeed> SubscribeAsync(string topic, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new FeedSink(topic, Checked(topic, options), _telemetry) { OnOverflow = _background.Overflowed };
        await _subscriptions.AddAsync(sink, cancellationToken).ConfigureAwait(false);
        return new WampEventFeed(sink.Topic, sink.Revocation.Task, () => sink.Dropped, sink.Events.ReadAllAsync(CancellationToken.None), () => _subscriptions.RemoveAsync(sink));
    }

    /// <inheritdoc/>
    [OverloadResolutionPriority(1)]
    public Task<WampArguments> CallAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(procedure, arguments, options, cancellationToken);

    /// <inheritdoc/>
    public Task<WampArguments> CallAsync(string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(procedure);
        ArgumentNullException.ThrowIfNull(pieces);
        return _caller.CallInPiecesAsync(procedure, pieces, options, cancellationToken);
    }

    /// <inheritdoc/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(procedure);
        return _caller.CallProgressivelyAsync(procedure, CallArguments.AtOnce(arguments), options, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(procedure);
        ArgumentNullException.ThrowIfNull(pieces);
        return _caller.CallProgressivelyAsync(procedure, CallArguments.InPieces(pieces), options, cancellationToken);
    }

    /// <inheritdoc/>
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
        return new WampRegistration(procedure, registration.Revocation.Task, () => _registrations.RemoveAsync(registration));
    }

    /// <inheritdoc/>
    public Task CloseAsync(string reason = CloseReason, string? message = null, CancellationToken cancellationToken = default)
    {
        Uris.ThrowIfInvalid(reason);
        return _keeper.CloseAsync(new Goodbye(reason, message), cancellationToken);
    }

    /// <summary>Says goodbye to the router, waits for its answer up to <see cref="WampClientOptions.CloseTimeout"/> and ends everything. The client cannot be connected again.</summary>
    /// <returns>A task that completes when the connection is closed.</returns>
    public ValueTask DisposeAsync() => new(CloseAsync());

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

        public ClientTelemetry Telemetry => _client._telemetry;

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
