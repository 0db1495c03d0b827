using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client.PubSub;

/// <summary>What a client wants to be subscribed to, over all its sessions. Any thread.</summary>
internal sealed class SubscriptionTable(SessionKeeper keeper, ISessionOwner owner)
{
    private readonly Lock _lock = new();        // sinks and the dictionary; innermost
    private readonly Dictionary<(string Topic, WampMatch Match), Subscription> _subscriptions = [];

    public async Task AddAsync(EventSink sink, CancellationToken cancellationToken)
    {
        var session = await keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        Subscription? subscription;
        lock (_lock)
        {
            var key = (sink.Topic, sink.Options.Match);
            if (!_subscriptions.TryGetValue(key, out subscription))
            {
                _subscriptions[key] = subscription = new Subscription(sink.Topic, sink.Options);
            }

            if (subscription.NodeKey != sink.Options.NodeKey)
            {
                throw new InvalidOperationException($"'{sink.Topic}' is subscribed to with another node key; the router knows one for a session.");
            }

            subscription.Add(sink);
        }

        var subscribing = EnsureAsync(subscription, session, cancellationToken);
        try
        {
            await subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // What was sent cannot be called back: the removal waits for its answer and then unsubscribes.
            subscribing.Forget();
            RemoveAsync(sink).Forget();
            throw;
        }
    }

    public async Task RemoveAsync(EventSink sink)
    {
        sink.Complete(null);
        Subscription? subscription;
        lock (_lock)
        {
            if (!_subscriptions.TryGetValue((sink.Topic, sink.Options.Match), out subscription) || !subscription.Remove(sink))
            {
                return;
            }
        }

        await subscription.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await UnsubscribeUnusedAsync(subscription).ConfigureAwait(false);
        }
        catch (WampException)
        {
            // The connection or the subscription is gone: that is what was wanted.
        }
        finally
        {
            subscription.Gate.Release();
        }
    }

    /// <summary>Subscribes in a new session to all that the last one had.</summary>
    public Task RestoreAsync(Session session)
    {
        lock (_lock)
        {
            return Task.WhenAll(_subscriptions.Values.Select(s => RestoreAsync(s, session)).ToArray());
        }
    }

    /// <summary>The router took it back: whoever reads it learns why, and it is not restored. Read loop only.</summary>
    public void Revoke(Subscription subscription, Revocation revocation)
    {
        lock (_lock)
        {
            subscription.Revocation = revocation.Cause;
            _subscriptions.Remove((subscription.Topic, subscription.Match));
            foreach (var sink in subscription.Sinks)
            {
                sink.Revocation.TrySetResult(revocation.Reason);
                sink.Complete(revocation.Cause);
            }
        }
    }

    /// <summary>There will be no more sessions.</summary>
    public void Complete(Exception? cause)
    {
        lock (_lock)
        {
            foreach (var sink in _subscriptions.Values.SelectMany(s => s.Sinks))
            {
                sink.Complete(cause);
            }

            _subscriptions.Clear();
        }
    }

    private static async Task EnsureAsync(Subscription subscription, Session session, CancellationToken cancellationToken)
    {
        await subscription.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (subscription.Revocation is { } revocation)
            {
                throw new WampException(revocation.ErrorUri, revocation.Message, revocation);
            }

            var retainedFor = subscription.WithoutRetained(session);
            if ((subscription.Session == session && retainedFor.Length == 0) || !subscription.HasSinks)
            {
                return;
            }

            var pending = new PendingId(MessageCode.Subscribe, MessageCode.Subscribed, $"Subscribing to '{subscription.Topic}'")
            {
                Table = session.Pending,
                OnReply = id =>
                {
                    subscription.ExpectRetained(retainedFor);
                    session.Subscriptions[id] = subscription;
                },
            };
            subscription.Id = await session.RequestAsync(new SubscribeMessage(subscription.Topic, subscription.OptionsFor(retainedFor)), pending, cancellationToken).ConfigureAwait(false);
            subscription.Session = session;
            Array.ForEach(retainedFor, sink => sink.RetainedIn = session);
        }
        finally
        {
            subscription.Gate.Release();
        }
    }

    private async Task UnsubscribeUnusedAsync(Subscription subscription)
    {
        if (subscription.HasSinks)
        {
            return;
        }

        if (subscription.Revocation is not null)
        {
            return;     // its place in the dictionary may be another one's by now
        }

        if (subscription.Session is { } session)
        {
            subscription.Session = null;
            var id = subscription.Id;
            var pending = new PendingId(MessageCode.Unsubscribe, MessageCode.Unsubscribed, $"Unsubscribing from '{subscription.Topic}'")
            {
                Table = session.Pending,
                OnReply = _ => session.Subscriptions.TryRemove(id, out var _),
            };
            await session.RequestAsync(new EndMessage(MessageCode.Unsubscribe, id), pending, CancellationToken.None).ConfigureAwait(false);
        }

        lock (_lock)
        {
            // Somebody may have joined while UNSUBSCRIBE was under way; then it waits at the gate to subscribe anew.
            if (!subscription.HasSinks)
            {
                _subscriptions.Remove((subscription.Topic, subscription.Match));
            }
        }
    }

    private async Task RestoreAsync(Subscription subscription, Session session)
    {
        try
        {
            await EnsureAsync(subscription, session, CancellationToken.None).ConfigureAwait(false);
        }
        catch (WampConnectionException)
        {
            // This session is gone as well: the next one restores.
        }
        catch (Exception e) when (e is WampException or NotSupportedException)
        {
            owner.Report(WampBackgroundErrorKind.RestoreFailed, subscription.Topic, e);
        }
    }
}
