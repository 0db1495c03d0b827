using WampRouter.Configuration.Documents;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Transports;
using WampRouter.Wire;

namespace WampRouter.Hosting;

/// <summary>
/// What SIGTERM means: no new sessions, no new calls, a bounded time for the calls under way, then what <see cref="WampSessionOptions.Shutdown"/> says: connections
/// that close so that clients come back, or GOODBYE to all. Runs before any listener stops, so that everybody hears it, and takes no longer than
/// <see cref="WampSessionOptions.LongestShutdown"/>, whatever clients do.
/// </summary>
internal sealed partial class RouterShutdown(SessionContext context, ConnectionRoster connections, TicketVerifier logins, ILogger<RouterShutdown> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _ending = new();
    private int _callsCutOff;
    private int _connectionsDropped;
    private TaskCompletionSource? _closed;      // null: it was not asked to stop
    private int _told;
    private int _disposed;

    /// <summary>Canceled when the calls under way have had their time, before connections are closed: what must not come back by itself goes then.</summary>
    public CancellationToken Ending => Volatile.Read(ref _disposed) != 0 ? new CancellationToken(canceled: true) : _ending.Token;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <remarks>Once, whoever asks first: some hosts stop their services twice, <c>WebApplicationFactory</c> among them.</remarks>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _closed, closed, null) is { } first)
        {
            await first.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            await CloseAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            closed.SetResult();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last word: nothing is served any more.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            Log.Stopped(logger, _callsCutOff, _connectionsDropped);
        }

        return Task.CompletedTask;
    }

    /// <summary>The router's services go, whether they were stopped or not: what is still served then is dropped, because nothing will look after it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        context.Live.Drain();
        logins.Stop();
        connections.StopAdmitting();
        if (Volatile.Read(ref _closed) is null && (context.Live.Count > 0 || connections.Count > 0))
        {
            Log.Abandoned(logger, context.Live.Count, connections.Count);
        }

        _ending.Cancel();
        _ending.Dispose();
        connections.AbortAll();
        _ = EndSessionsAsync();
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        var (live, options) = (context.Live, context.Options);
        var isRestart = options.Shutdown == WampShutdownNotice.Restart;
        live.Drain();
        logins.Stop();
        connections.StopAdmitting(forRestart: isRestart);
        Log.Draining(logger, Choices<WampShutdownNotice>.WordOf(options.Shutdown), live.Count, live.PendingCalls);
        await DrainAsync(options.DrainTimeout, cancellationToken).ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);
        if (!isRestart && !await InTimeAsync(EndSessionsAsync(), options.GoodbyeTimeout, cancellationToken).ConfigureAwait(false))
        {
            Log.NotAllAnswered(logger, live.Count);
        }

        connections.CloseAll();
        var closing = WampSessionOptions.ClosingTime + (isRestart ? options.GoodbyeTimeout : TimeSpan.Zero);
        var began = context.Time.GetTimestamp();
        if (!await InTimeAsync(connections.WhenEmptyAsync(), closing, cancellationToken).ConfigureAwait(false))
        {
            _connectionsDropped = connections.Count;
            Log.NotAllClosed(logger, _connectionsDropped);
        }

        // What is left has no place: the last words of those who have gone, HTTP, and whoever has not said what he wants.
        _ = AbortAfterAsync(closing - context.Time.GetElapsedTime(began));

        _ = EndSessionsAsync();     // those without a connection: what they leave behind, their testaments, is due now
    }

    /// <summary>The host waits for the connections meanwhile.</summary>
    private async Task AbortAfterAsync(TimeSpan left)
    {
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, context.Time).ConfigureAwait(false);
        }

        connections.AbortAll();
    }

    private async Task DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (context.Live.PendingCalls is > 0 and var calls)
        {
            Log.WaitingForCalls(logger, calls, timeout);
        }

        var ends = context.Time.GetUtcNow() + timeout;
        while (context.Live.PendingCalls > 0 && context.Time.GetUtcNow() < ends && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(DrainPoll, context.Time, CancellationToken.None).ConfigureAwait(false);
        }

        if (context.Live.PendingCalls is > 0 and var left)
        {
            _callsCutOff = left;
            Log.CallsCutOff(logger, left);
        }
    }

    private Task EndSessionsAsync() => context.Live.GoodbyeAsync(WampErrors.SystemShutdown, "the router is shutting down");

    private async Task<bool> InTimeAsync(Task task, TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(time, context.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1230, LogLevel.Information, "Shutting down ({Notice}); sessions: {Sessions}, calls under way: {Calls}")]
        public static partial void Draining(ILogger logger, string notice, int sessions, int calls);

        [LoggerMessage(1239, LogLevel.Warning, "The router's services were disposed of before it was stopped; sessions cut off: {Sessions}, connections dropped: {Connections}")]
        public static partial void Abandoned(ILogger logger, int sessions, int connections);

        [LoggerMessage(1234, LogLevel.Information, "Calls under way: {Calls}; they have {DrainTimeout} to be answered (Sessions:DrainTimeout)")]
        public static partial void WaitingForCalls(ILogger logger, int calls, TimeSpan drainTimeout);

        [LoggerMessage(1235, LogLevel.Information, "Calls that were not answered in time and are cut off: {Calls}")]
        public static partial void CallsCutOff(ILogger logger, int calls);

        [LoggerMessage(1236, LogLevel.Information, "The router has stopped; calls cut off: {Calls}, connections dropped: {Connections}")]
        public static partial void Stopped(ILogger logger, int calls, int connections);

        [LoggerMessage(1231, LogLevel.Information, "Sessions that did not answer GOODBYE in time, and whose connections are closed: {Sessions}")]
        public static partial void NotAllAnswered(ILogger logger, int sessions);

        [LoggerMessage(1232, LogLevel.Information, "Connections that did not close in time and are dropped: {Connections}")]
        public static partial void NotAllClosed(ILogger logger, int connections);
    }
}
