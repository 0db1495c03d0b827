namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Runs slow ticket checks off the I/O threads: a few at a time, a bounded number waiting, so that a flood of logins costs the logins and
/// not the traffic. Shared by all realms.
/// </summary>
internal sealed class TicketVerifier(int concurrency, int queue) : IDisposable
{
    private readonly SemaphoreSlim _running = new(concurrency);
    private int _admitted;

    /// <summary>Runs a check on the thread pool; null where too many wait already.</summary>
    public async Task<AuthenticationStep?> RunAsync(Func<AuthenticationStep> check)
    {
        if (Interlocked.Increment(ref _admitted) > concurrency + queue)
        {
            Interlocked.Decrement(ref _admitted);
            return null;
        }

        try
        {
            await _running.WaitAsync().ConfigureAwait(false);
            try
            {
                return await Task.Run(check).ConfigureAwait(false);
            }
            finally
            {
                _running.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _admitted);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _running.Dispose();
}
