using WampRouter.Client.Sessions;

namespace WampRouter.Client.Rpc;

/// <summary>
/// Notices that calls wait while none of those that run ends: most often they wait for each other, because the procedure calls itself deeper than it may run at
/// once. Any thread.
/// </summary>
/// <param name="pump">Runs the calls.</param>
/// <param name="time">The clock.</param>
/// <param name="stalled">Told once for each stall, with how many calls wait.</param>
internal sealed class StallWatch(BoundedPump<WampInvocation> pump, TimeProvider time, Action<int> stalled)
{
    /// <summary>How long nothing must have ended.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _isWatching;
    private long _reportedAt = -1;

    /// <summary>A call has to wait.</summary>
    public void Waits()
    {
        if (Interlocked.Exchange(ref _isWatching, 1) == 0)
        {
            WatchAsync().Forget();
        }
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            var handled = pump.Handled;
            await Task.Delay(Patience, time).ConfigureAwait(false);
            var waiting = pump.Waiting;
            if (waiting > 0 && pump.Handled == handled)
            {
                if (Interlocked.Exchange(ref _reportedAt, handled) != handled)
                {
                    stalled(waiting);
                }

                Volatile.Write(ref _isWatching, 0);
                return;     // the next call that waits begins anew
            }

            if (waiting == 0)
            {
                Volatile.Write(ref _isWatching, 0);

                // One may have come to wait meanwhile, and have taken this for watching still.
                if (pump.Waiting == 0 || Interlocked.Exchange(ref _isWatching, 1) != 0)
                {
                    return;
                }
            }
        }
    }
}
