using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;
using WampRouter.Storage;

namespace WampRouter.Http.Webhooks;

/// <summary>
/// Posts the events of one webhook: takes them from its queue and tries each until it is delivered or given up. What an event is on its way for is in the queue until then, so an end of any kind loses nothing, and may bring an event twice.
/// </summary>
/// <param name="realm">Whose events.</param>
/// <param name="settings">How they are delivered.</param>
/// <param name="queue">Where they wait.</param>
/// <param name="services">What all webhooks share.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "Its tokens may be in use after the end, and hold nothing to dispose of once their time is over.")]
internal sealed class EventDelivery(string realm, DeliverySettings settings, IDeliveryQueue queue, WebhookServices services)
{
    private const int Gone = 410;
    private const int TooLarge = 413;

    /// <summary>How long to wait for a queue that cannot be read.</summary>
    private static readonly TimeSpan UnreadableDelay = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();                        // nothing is taken under it
    private readonly SemaphoreSlim _reading = new(1, 1);        // held while the next event is taken
    private readonly Queue<QueuedDelivery> _page = new();       // under _reading
    private readonly CancellationTokenSource _stopping = new();     // no more attempts
    private readonly CancellationTokenSource _aborting = new();     // no more of those that are under way
    private readonly ConcurrentDictionary<int, Task> _workers = new();
    private volatile DeliverySettings _settings = settings;
    private volatile TaskCompletionSource _added = NewSignal();
    private volatile TaskCompletionSource _changed = NewSignal();
    private long _cursor;           // under _reading
    private DateTimeOffset? _failingSince;      // under _gate
    private string? _lastError;                 // under _gate
    private long _refused;

    /// <summary>Whose events.</summary>
    public string Realm => realm;

    /// <summary>How they are delivered.</summary>
    public DeliverySettings Settings => _settings;

    /// <summary>Where they wait.</summary>
    public IDeliveryQueue Queue => queue;

    /// <summary>Events that the queue had no room for.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Since when no attempt has succeeded, and what came of the last; null: none has failed since one did.</summary>
    public (DateTimeOffset Since, string Error)? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failingSince is { } since ? (since, _lastError ?? "") : null;
            }
        }
    }

    /// <summary>Begins.</summary>
    public void Start()
    {
        queue.Added += OnAdded;
        EnsureWorkers();
    }

    /// <summary>Other settings hold for the next attempt, which is made at once.</summary>
    public void Apply(DeliverySettings changed)
    {
        var former = _settings;
        if (changed with { Secrets = former.Secrets } == former && changed.Secrets.SequenceEqual(former.Secrets))
        {
            return;
        }

        _settings = changed;
        queue.Apply(changed.Bounds);
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        EnsureWorkers();
    }

    /// <summary>Takes an event. Never waits.</summary>
    public void Offer(WampEvent message)
    {
        var now = services.Time.GetUtcNow();
        if (!queue.TryAdd(FormattableString.Invariant($"evt_{message.PublicationId}"), now, WebhookBody.Of(realm, message, now)))
        {
            Interlocked.Increment(ref _refused);
            services.Metrics.QueueFull(realm, IsFullOfEvents ? "maxQueuedEvents" : "maxQueuedBytes");
            WebhookLog.EventRefused(services.Logger, realm, Settings.Name, queue.Volume.Events, queue.Volume.Bytes);
        }
    }

    /// <summary>Ends: attempts that are under way have so long. After it somebody else may read the queue.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        queue.Added -= OnAdded;
        await _stopping.CancelAsync().ConfigureAwait(false);
        _aborting.CancelAfter(grace);
        await Task.WhenAll(_workers.Values).ConfigureAwait(false);
        try
        {
            await queue.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The disk takes nothing: what was delivered last may be delivered again.
        }
    }

    private bool IsFullOfEvents => queue.Volume.Events >= Settings.MaxQueuedEvents;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnAdded() => Interlocked.Exchange(ref _added, NewSignal()).TrySetResult();

    /// <summary>As many as may be under way; one too many ends when it has nothing under way.</summary>
    private void EnsureWorkers()
    {
        for (var number = 0; number < Settings.Concurrency && !_stopping.IsCancellationRequested; number++)
        {
            _workers.AddOrUpdate(number, StartWorker, (place, running) => running.IsCompleted ? StartWorker(place) : running);
        }
    }

    private Task StartWorker(int number) => Task.Run(() => WorkAsync(number));

    private async Task WorkAsync(int number)
    {
        try
        {
            while (number < Settings.Concurrency)
            {
                await DeliverAsync(await TakeAsync().ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What it had is in the queue.
        }
        catch (Exception e)
        {
            WebhookLog.DeliveryBroke(services.Logger, e, realm, Settings.Name);
        }
    }

    /// <summary>The next event, as soon as there is one.</summary>
    private async Task<QueuedDelivery> TakeAsync()
    {
        await _reading.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            while (true)
            {
                var added = _added.Task;        // before the look: what comes after it is told
                if (_page.Count == 0 && !await TryReadAsync().ConfigureAwait(false))
                {
                    continue;
                }

                if (_page.TryDequeue(out var next))
                {
                    return next;
                }

                await added.WaitAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<bool> TryReadAsync()
    {
        try
        {
            foreach (var delivery in queue.Read(_cursor))
            {
                _page.Enqueue(delivery);
                _cursor = delivery.Place;
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A damaged file can make SQLite say anything: it may be put back.
            WebhookLog.QueueUnreadable(services.Logger, realm, Settings.Name, e.Message);
            await Task.Delay(UnreadableDelay, services.Time, _stopping.Token).ConfigureAwait(false);
            return false;
        }
    }

    private async Task DeliverAsync(QueuedDelivery delivery)
    {
        DateTimeOffset? failing = null;
        for (int attempt = 1, failed = 1; ; attempt++)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var (changed, current) = (_changed.Task, Settings);
            var answer = await AttemptAsync(delivery, current).ConfigureAwait(false);
            if (answer.IsTaken)
            {
                queue.Remove(delivery);
                NoteSuccess(current);
                return;
            }

            failing ??= NoteFailure(delivery, current, answer);
            if (answer.Status is Gone or TooLarge || services.Time.GetUtcNow() - failing >= current.RetryFor)
            {
                queue.Bury(delivery, services.Time.GetUtcNow(), attempt, answer.Problem!);
                WebhookLog.GivenUp(services.Logger, realm, current.Name, delivery.Id, attempt, answer.Problem!);
                services.Metrics.GivenUp(realm, current.Name);
                return;
            }

            NoteError(answer);
            var delay = services.Delays.Next(failed++, current.MaxRetryDelay, answer.RetryAfter);
            if (await WaitAsync(delay, changed).ConfigureAwait(false))
            {
                failed = 1;
            }
        }
    }

    private async Task<WebhookAnswer> AttemptAsync(QueuedDelivery delivery, DeliverySettings current)
    {
        var began = services.Time.GetTimestamp();
        var answer = await services.Client.PostAsync(current.Url, current.Secrets, delivery.Id, delivery.Body, current.Timeout, mostBytes: 0, _aborting.Token).ConfigureAwait(false);
        services.Metrics.Attempted(realm, current.Name, answer, services.Time.GetElapsedTime(began));
        return answer;
    }

    /// <summary>Whether it was other settings that ended the wait.</summary>
    private async Task<bool> WaitAsync(TimeSpan delay, Task changed)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var time = Task.Delay(delay, services.Time, ended.Token);
        var first = await Task.WhenAny(time, changed).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        return first == changed;
    }

    /// <summary>When the time of an event begins: when it came, or when the receiver began to fail if it waited for other reasons before.</summary>
    private DateTimeOffset NoteFailure(QueuedDelivery delivery, DeliverySettings current, WebhookAnswer answer)
    {
        bool isFirst;
        DateTimeOffset since;
        lock (_gate)
        {
            isFirst = _failingSince is null;
            since = _failingSince ??= services.Time.GetUtcNow();
        }

        if (isFirst)
        {
            WebhookLog.Failing(services.Logger, realm, current.Name, current.Url.Authority, answer.Problem!);
        }

        NoteError(answer);
        return delivery.Time > since ? delivery.Time : since;
    }

    private void NoteError(WebhookAnswer answer)
    {
        lock (_gate)
        {
            _lastError = answer.Problem;
        }
    }

    private void NoteSuccess(DeliverySettings current)
    {
        DateTimeOffset? since;
        lock (_gate)
        {
            since = _failingSince;
            (_failingSince, _lastError) = (null, null);
        }

        if (since is { } began)
        {
            WebhookLog.Recovered(services.Logger, realm, current.Name, current.Url.Authority, services.Time.GetUtcNow() - began, queue.Volume.Events);
        }
    }
}
