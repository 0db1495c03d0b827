namespace WampRouter.Tests.Doubles;

/// <summary>A clock that stands, and whose timers fire only after they were stopped: as a timer does that was due already when it was stopped.</summary>
internal sealed class LateTimers : TimeProvider
{
    private readonly List<Action> _stopped = [];

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new StoppableTimer(() => _stopped.Add(() => callback(state)));

    /// <summary>Fires every timer that was stopped so far.</summary>
    public void FireStopped()
    {
        foreach (var fire in _stopped.ToArray())
        {
            fire();
        }
    }

    private sealed class StoppableTimer(Action onStop) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => onStop();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
