namespace WampRouter.Sessions;

/// <summary>The state of one session. Its loop, its deadline and threads that end it from outside compete here, and one of them wins. Any thread.</summary>
/// <remarks>A mutable struct inside its session.</remarks>
internal struct StateCell()
{
    private volatile int _state = (int)SessionState.Closed;

    /// <summary>The state now. Another thread may change it at any time.</summary>
    public SessionState Current
    {
        readonly get => (SessionState)_state;
        set => _state = (int)value;
    }

    /// <summary>Changes the state from <paramref name="from"/> to <paramref name="to"/>; false where it is another by now.</summary>
    public bool TryGo(SessionState from, SessionState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;
}
