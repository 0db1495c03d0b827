namespace WampRouter.Sessions;

/// <summary>The state of one session: here its loop, its time limit and whoever ends it from outside meet, and one of them wins. Any thread.</summary>
/// <remarks>A mutable struct inside its session.</remarks>
internal struct StateCell()
{
    private volatile int _state = (int)SessionState.Closed;

    /// <summary>The state now; unless it is set by whoever asks, another thread may change it at once.</summary>
    public SessionState Current
    {
        readonly get => (SessionState)_state;
        set => _state = (int)value;
    }

    /// <summary>Goes from one state to another; false where it is in a third by now.</summary>
    public bool TryGo(SessionState from, SessionState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;
}
