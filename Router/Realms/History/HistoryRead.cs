using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;

namespace WampRouter.Realms.History;

/// <summary>A call that reads a history; it counts for its caller. It ends with its answer, by CANCEL, or when its caller leaves. May be stopped on any thread.</summary>
/// <param name="turns">Decides when it may read.</param>
/// <param name="reader">The caller.</param>
/// <param name="history">The history to read.</param>
/// <param name="reading">The state of the reading.</param>
/// <param name="page">Takes the events found.</param>
internal sealed class HistoryRead(HistoryTurns turns, Member reader, IEventHistory history, HistoryReading reading, HistoryPage page) : ICallWork
{
    private int _hasLeft;

    /// <summary>The caller.</summary>
    public Member Reader { get; } = reader;

    /// <summary>The state of the reading.</summary>
    public HistoryReading Reading { get; } = reading;

    /// <summary>The events found.</summary>
    public HistoryPage Page { get; } = page;

    /// <summary>Completed when its turn comes; null while it does not wait. Under the lock of <see cref="HistoryTurns"/>.</summary>
    public TaskCompletionSource<bool>? Turn { get; set; }

    /// <summary>Whether it was stopped, because nobody waits for its result.</summary>
    public bool IsStopped => Reading.IsStopped;

    /// <summary>Reads for one turn.</summary>
    public Task ReadAsync()
    {
        Reading.BeginTurn();
        return history.ReadAsync(Reading);
    }

    /// <summary>Ends the call's count in its caller's quota. Idempotent.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
        {
            Reader.Quota.Give(Resource.HistoryReads, 1);
        }
    }

    /// <inheritdoc />
    public void Stop()
    {
        Reading.Stop();
        if (turns.TryStop(this))
        {
            Leave();
        }
    }
}
