namespace WampRouter.Transports.LongPoll;

/// <summary>
/// Tells whoever sends when the session has taken his messages. The pipe between them does not: a connection looks at what comes while its session is busy, and takes nothing of it.
/// </summary>
/// <remarks>The read loop counts; one other thread at a time waits.</remarks>
internal sealed class Intake
{
    private readonly Lock _gate = new();        // LOCKS.md: nothing is taken under it
    private long _handedOut;                    // read loop only
    private long _taken;                        // under the lock, as are the next three
    private bool _isOver;
    private long _awaited;
    private TaskCompletionSource<bool>? _waiting;

    /// <summary>A message goes to the session. Read loop only.</summary>
    public void HandOut() => _handedOut++;

    /// <summary>The session has done with what it was given. Read loop only.</summary>
    public void NoteTaken()
    {
        lock (_gate)
        {
            _taken = _handedOut;
            if (_awaited <= _taken)
            {
                _waiting?.TrySetResult(true);
            }
        }
    }

    /// <summary>The session takes nothing any more. Idempotent; any thread.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _waiting?.TrySetResult(false);
        }
    }

    /// <summary>Waits until so many messages, from the first on, were taken.</summary>
    /// <returns>False where they never will be.</returns>
    public Task<bool> WhenTakenAsync(long messages)
    {
        lock (_gate)
        {
            if (messages <= _taken || _isOver)
            {
                return Task.FromResult(messages <= _taken);
            }

            (_awaited, _waiting) = (messages, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            return _waiting.Task;
        }
    }
}
