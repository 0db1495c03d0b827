using WampRouter.Sessions;
using WampRouter.Transports;
using WampRouter.Wire;

namespace WampRouter;

/// <summary>
/// What SIGTERM means: no new sessions, no new calls, a bounded time for the calls under way, GOODBYE to all, a bounded time for their answers.
/// Runs before any listener stops, so that everybody hears it.
/// </summary>
internal sealed partial class RouterShutdown(SessionContext context, ConnectionRoster connections, ILogger<RouterShutdown> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(20);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var live = context.Live;
        live.Drain();
        connections.StopAdmitting();
        Log.Draining(logger, live.Count, live.PendingCalls);
        var drainEnds = context.Time.GetUtcNow() + context.Options.DrainTimeout;
        while (live.PendingCalls > 0 && context.Time.GetUtcNow() < drainEnds && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(DrainPoll, context.Time, CancellationToken.None).ConfigureAwait(false);
        }

        var ended = live.GoodbyeAsync(WampErrors.SystemShutdown, "the router is shutting down");
        try
        {
            // A little more than each session's own deadline, after which it closes by itself.
            await ended.WaitAsync(context.Options.GoodbyeTimeout + TimeSpan.FromSeconds(1), context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Log.NotAllAnswered(logger, live.Count);
        }

        connections.CloseAll();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1230, LogLevel.Information, "Shutting down: {Sessions} sessions, {Calls} calls under way")]
        public static partial void Draining(ILogger logger, int sessions, int calls);

        [LoggerMessage(1231, LogLevel.Information, "{Sessions} sessions did not answer GOODBYE in time; their connections are closed")]
        public static partial void NotAllAnswered(ILogger logger, int sessions);
    }
}
