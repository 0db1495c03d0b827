namespace WampRouter.Transports.LongPoll;

/// <summary>Lets those who send through one transport do it one after the other, in the order in which they came. Any thread.</summary>
internal sealed class SendTurns
{
    private Task _last = Task.CompletedTask;
    private int _waiting;

    /// <summary>Gets in line, where not more than <paramref name="most"/> are in it then; null where there is no room.</summary>
    public SendTurn? TryEnter(int most = int.MaxValue)
    {
        if (Interlocked.Increment(ref _waiting) > most)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new SendTurn(this, Interlocked.Exchange(ref _last, mine.Task), mine);
    }

    /// <summary>For the turn.</summary>
    internal void Leave() => Interlocked.Decrement(ref _waiting);
}

/// <summary>A place in line, to be disposed of whether the turn came or not.</summary>
/// <param name="turns">The line.</param>
/// <param name="before">Completes when the turn has come.</param>
/// <param name="mine">To be completed when it is over.</param>
internal sealed class SendTurn(SendTurns turns, Task before, TaskCompletionSource mine) : IDisposable
{
    /// <summary>Waits for the turn.</summary>
    /// <exception cref="OperationCanceledException">Whoever waited has gone.</exception>
    public Task WaitAsync(CancellationToken gone = default) => before.WaitAsync(gone);

    /// <summary>Lets the next one go on: at once, or where the turn had not come, when it would have been over.</summary>
    public void Dispose()
    {
        turns.Leave();
        if (before.IsCompleted)
        {
            mine.TrySetResult();
        }
        else
        {
            before.ContinueWith(static (_, next) => ((TaskCompletionSource)next!).TrySetResult(), mine, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
