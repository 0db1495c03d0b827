using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;
using WampRouter.Realms.Patterns;
using WampRouter.Sessions.Connections;
using WampRouter.Storage;

namespace WampRouter.Http.Webhooks;

/// <summary>
/// The webhooks of one realm. They have one session in it, which comes in without a login and is otherwise like any: its role decides what it may do, publishers decide whether it gets their events, and the realm sees it come and go.
/// Any thread; what changes them comes one after the other.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "StopAsync ends the client; its token may be in use after the end.")]
internal sealed class RealmWebhooks
{
    /// <summary>Who the session is.</summary>
    public static readonly GrantedLogin Login = new("webhooks", WebhookSettings.Role, "internal", "webhooks");

    /// <summary>How long attempts under way may take when a webhook ends.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Events that may wait to be put into their queue, which takes no longer than a lock and a copy.</summary>
    private const int MostUnqueued = 16 * 1024;

    private readonly string _realm;
    private readonly WebhookServices _services;
    private readonly Func<bool> _isEnding;
    private readonly WampClient _client;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _changing = new(1, 1);       // held while the session is brought in line with the settings
    private readonly ConcurrentDictionary<string, Posted> _deliveries = new(StringComparer.Ordinal);       // changed under _changing
    private readonly Dictionary<(string, MatchPolicy), Served> _procedures = [];                // under _changing
    private readonly List<WampRegistration> _own = [];                                          // likewise
    private volatile WebhookSettings _settings = new();
    private volatile IReadOnlyList<EventDelivery> _current = [];
    private volatile IReadOnlyDictionary<string, WebhookReceiver> _receivers = new Dictionary<string, WebhookReceiver>();
    private readonly Task _former;      // the end of those that the realm had before: one at a time takes from a queue
    private Task? _connecting;      // under _changing

    /// <param name="realm">The realm.</param>
    /// <param name="services">What all webhooks share.</param>
    /// <param name="isEnding">Whether the router takes nobody any more.</param>
    /// <param name="former">The end of those that the realm had before; null: it had none.</param>
    public RealmWebhooks(string realm, WebhookServices services, Func<bool> isEnding, Task? former = null)
    {
        (_realm, _services, _isEnding, _former) = (realm, services, isEnding, former ?? Task.CompletedTask);
        _client = new WampClient(new WampClientOptions
        {
            Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(services.Connect(subprotocol))),
            Realm = realm,
            Serializers = [WampSerializer.Json],        // arguments are JSON outside too
            PayloadSerializer = RawJsonSerializer.Instance,
            WhenDisconnected = WampDisconnectedBehavior.Fail,
            Reconnect = new WampReconnectPolicy { MaxDelay = TimeSpan.FromSeconds(5), RetryFirstConnect = true, WhenRefused = WampRefusedBehavior.Retry, GiveUpWhen = _ => isEnding() },
            TimeProvider = services.Time,
        });
        _client.BackgroundError += OnBackgroundError;
        _client.StateChanged += OnStateChanged;
    }

    /// <summary>Those that post events, in their order.</summary>
    public IReadOnlyList<EventDelivery> Deliveries => _current;

    /// <summary>A receiver by its name.</summary>
    public WebhookReceiver? FindReceiver(string name) => _receivers.GetValueOrDefault(name);

    /// <summary>The session, to publish by.</summary>
    public IWampClient Session => _client;

    /// <summary>Lets other settings hold; completes when the session is in line with them.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="queues">The queues of all deliveries, open.</param>
    public async Task ApplyAsync(WebhookSettings settings, IReadOnlyDictionary<string, IDeliveryQueue> queues)
    {
        _settings = settings;
        var former = _receivers;
        _receivers = settings.Receivers.ToDictionary(
            receiver => receiver.Name,
            receiver => former.GetValueOrDefault(receiver.Name)?.With(receiver) ?? new WebhookReceiver(this, _realm, receiver, _services), StringComparer.Ordinal);
        try
        {
            await _changing.WaitAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (ReferenceEquals(_settings, settings))       // else there is a later one, which waits
            {
                await _former.WaitAsync(_ending.Token).ConfigureAwait(false);
                ApplyToDeliveries(settings, queues);
                await (_connecting ??= _client.ConnectAsync(_ending.Token)).ConfigureAwait(false);
                await SubscribeAsync().ConfigureAwait(false);
                await RegisterAsync(settings).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WampException && _ending.IsCancellationRequested)
        {
            // It ends.
        }
        catch (WampException e)
        {
            WebhookLog.UriRefused(_services.Logger, _realm, "their session", e.Message);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends: no more events are taken, attempts under way have a moment, and what waits stays in its queue.</summary>
    public async Task StopAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _receivers = new Dictionary<string, WebhookReceiver>();
            await Task.WhenAll([_client.DisposeAsync().AsTask(), .. _deliveries.Values.Select(posted => EndAsync(posted.Delivery))]).ConfigureAwait(false);
            _deliveries.Clear();
            _current = [];
        }
        finally
        {
            _changing.Release();
        }
    }

    private void ApplyToDeliveries(WebhookSettings settings, IReadOnlyDictionary<string, IDeliveryQueue> queues)
    {
        foreach (var delivery in settings.Deliveries)
        {
            if (_deliveries.TryGetValue(delivery.Name, out var posted))
            {
                posted.Delivery.Apply(delivery);
                continue;
            }

            var begun = new EventDelivery(_realm, delivery, queues[delivery.Name], _services);
            _deliveries[delivery.Name] = new Posted(begun);
            _services.Metrics.Watch(begun);
            begun.Start();
        }

        _current = [.. settings.Deliveries.Select(delivery => _deliveries[delivery.Name].Delivery)];
    }

    /// <summary>Subscribes to what is new or was refused, and unsubscribes from what is gone.</summary>
    private async Task SubscribeAsync()
    {
        foreach (var (name, posted) in _deliveries.ToArray())
        {
            var wanted = _current.Contains(posted.Delivery) ? posted.Delivery.Settings : null;
            if (posted.Subscription is { } subscription && (wanted is null || !posted.IsOf(wanted) || subscription.Revoked.IsCompleted))
            {
                await subscription.DisposeAsync().ConfigureAwait(false);
                posted.Subscription = null;
            }

            if (wanted is null)
            {
                _deliveries.TryRemove(name, out _);
                await EndAsync(posted.Delivery).ConfigureAwait(false);
            }
            else if (posted.Subscription is null)
            {
                await TryAsync(wanted.Topic, async () => posted.Take(wanted, await _client.SubscribeAsync(
                    wanted.Topic,
                    message =>
                    {
                        posted.Delivery.Offer(message);
                        return Task.CompletedTask;
                    },
                    new WampSubscribeOptions { Match = MatchOf(wanted.Match), AsteriskIsLiteral = true, BufferSize = MostUnqueued, Overflow = WampOverflowPolicy.DropNewest },
                    _ending.Token).ConfigureAwait(false))).ConfigureAwait(false);
            }
        }
    }

    private async Task RegisterAsync(WebhookSettings settings)
    {
        foreach (var (key, served) in _procedures.ToArray())
        {
            var wanted = settings.Procedures.FirstOrDefault(served.Procedure.Settings.IsOfSame);
            if (wanted is null || wanted.Concurrency != served.Procedure.Settings.Concurrency || served.Registration.Revoked.IsCompleted)
            {
                await served.Registration.DisposeAsync().ConfigureAwait(false);
                _procedures.Remove(key);
            }
            else
            {
                served.Procedure.Apply(wanted);
            }
        }

        foreach (var wanted in settings.Procedures.Where(wanted => !_procedures.ContainsKey((wanted.Procedure, wanted.Match))))
        {
            var procedure = new ForwardedProcedure(_realm, wanted, _services);
            await TryAsync(wanted.Procedure, async () => _procedures[(wanted.Procedure, wanted.Match)] = new Served(procedure, await _client.RegisterAsync(
                wanted.Procedure,
                procedure.InvokeAsync,
                new WampRegisterOptions { Match = MatchOf(wanted.Match), AsteriskIsLiteral = true, Concurrency = wanted.Concurrency, RouterConcurrency = wanted.Concurrency },
                _ending.Token).ConfigureAwait(false))).ConfigureAwait(false);
        }

        await RegisterOwnAsync(settings).ConfigureAwait(false);
    }

    /// <summary>The procedures that show dead letters, while there is something that can have some.</summary>
    private async Task RegisterOwnAsync(WebhookSettings settings)
    {
        if (_own.Count > 0 && (settings.Deliveries.Count == 0 || _own.Exists(registration => registration.Revoked.IsCompleted)))
        {
            foreach (var registration in _own)
            {
                await registration.DisposeAsync().ConfigureAwait(false);
            }

            _own.Clear();
        }

        if (_own.Count == 0 && settings.Deliveries.Count > 0)
        {
            foreach (var (uri, serve) in new WebhookProcedures(this).All)
            {
                await TryAsync(uri, async () => _own.Add(await _client.RegisterAsync(uri, serve, cancellationToken: _ending.Token).ConfigureAwait(false))).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the realm refuses is said, and asked for again with the next settings.</summary>
    private async Task TryAsync(string uri, Func<Task> request)
    {
        try
        {
            await request().ConfigureAwait(false);
        }
        catch (Exception e) when (e is WampException and not WampConnectionException or ArgumentException or NotSupportedException)
        {
            WebhookLog.UriRefused(_services.Logger, _realm, uri, e.Message);
        }
    }

    private async Task EndAsync(EventDelivery delivery)
    {
        _services.Metrics.Forget(delivery);
        await delivery.StopAsync(Grace).ConfigureAwait(false);
    }

    private void OnStateChanged(object? sender, WampStateChangedEventArgs change)
    {
        if (change.Previous == WampClientState.Connected && !_ending.IsCancellationRequested && !_isEnding())
        {
            _services.Metrics.Overrun(_realm, "session");
            WebhookLog.SessionLost(_services.Logger, _realm, change.Cause?.Message ?? "it was ended");
        }
    }

    private void OnBackgroundError(object? sender, WampBackgroundErrorEventArgs error)
    {
        if (_ending.IsCancellationRequested || _isEnding())
        {
            return;
        }

        switch (error.Kind)
        {
            case WampBackgroundErrorKind.EventsDropped:
                _services.Metrics.Overrun(_realm, "speed");
                WebhookLog.TooFast(_services.Logger, _realm, error.Uri, DroppedOf(error.Uri));
                break;
            case WampBackgroundErrorKind.ReconnectFailed:
                break;      // that the session is lost was said
            case WampBackgroundErrorKind.ProcedureFailed or WampBackgroundErrorKind.EventHandlerFailed or WampBackgroundErrorKind.EventUnreadable or WampBackgroundErrorKind.Revoked or WampBackgroundErrorKind.RestoreFailed:
                WebhookLog.UriRefused(_services.Logger, _realm, error.Uri, error.Exception.Message);
                break;
        }
    }

    private long DroppedOf(string topic) => _deliveries.Values.ToArray().Sum(posted => posted.Subscription is { } subscription && subscription.Topic == topic ? subscription.DroppedEvents : 0);

    private static WampMatch MatchOf(MatchPolicy match) => match switch
    {
        MatchPolicy.Prefix => WampMatch.Prefix,
        MatchPolicy.Wildcard => WampMatch.Wildcard,
        _ => WampMatch.Exact,
    };

    /// <summary>A delivery and where its events come from.</summary>
    private sealed class Posted(EventDelivery delivery)
    {
        private (string Topic, MatchPolicy Match) _of;

        public EventDelivery Delivery => delivery;

        public WampSubscription? Subscription { get; set; }

        public bool IsOf(DeliverySettings settings) => _of == (settings.Topic, settings.Match);

        public void Take(DeliverySettings settings, WampSubscription subscription) => (_of, Subscription) = ((settings.Topic, settings.Match), subscription);
    }

    private sealed record Served(ForwardedProcedure Procedure, WampRegistration Registration);
}
