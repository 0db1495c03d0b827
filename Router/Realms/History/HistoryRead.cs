using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;

namespace WampRouter.Realms.History;

/// <summary>A call that reads a history, counted for its caller: it ends with its answer, by CANCEL, or when its caller leaves. Stopped on any thread.</summary>
/// <param name="turns">Where it waits for its turn.</param>
/// <param name="reader">Who calls.</param>
/// <param name="history">What is read.</param>
/// <param name="reading">How far.</param>
/// <param name="page">What is found.</param>
internal sealed class HistoryRead(HistoryTurns turns, Member reader, IEventHistory history, HistoryReading reading, HistoryPage page) : ICallWork
{
    private int _hasLeft;

    /// <summary>Who calls.</summary>
    public Member Reader { get; } = reader;

    /// <summary>How far it is.</summary>
    public HistoryReading Reading { get; } = reading;

    /// <summary>What is found.</summary>
    public HistoryPage Page { get; } = page;

    /// <summary>Completed when its turn comes; null: it does not wait. Under the lock of the <see cref="HistoryTurns"/>.</summary>
    public TaskCompletionSource<bool>? Turn { get; set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsStopped => Reading.IsStopped;

    /// <summary>Reads for one turn.</summary>
    public Task ReadAsync()
    {
        Reading.BeginTurn();
        return history.ReadAsync(Reading);
    }

    /// <summary>It is over, and makes room for another one. Idempotent.</summary>
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
