using WampRouter.Realms.Dealer;

namespace WampRouter.Realms.History;

/// <summary>A call that reads a history: it ends with its answer, by CANCEL, or when its caller leaves. Stopped on any thread.</summary>
/// <param name="turns">Where it waits for its turn.</param>
/// <param name="reader">Who calls.</param>
/// <param name="history">What is read.</param>
/// <param name="reading">How far.</param>
/// <param name="page">What is found.</param>
internal sealed class HistoryRead(HistoryTurns turns, Member reader, IEventHistory history, HistoryReading reading, HistoryPage page) : ICallWork
{
    /// <summary>Who calls.</summary>
    public Member Reader { get; } = reader;

    /// <summary>How far it is.</summary>
    public HistoryReading Reading { get; } = reading;

    /// <summary>What is found.</summary>
    public HistoryPage Page { get; } = page;

    /// <summary>Completed when its turn comes; null: it does not wait. Under the lock of the <see cref="HistoryTurns"/>.</summary>
    public TaskCompletionSource<bool>? Turn { get; set; }

    /// <summary>Whether it counts no more. Under the lock of the <see cref="HistoryTurns"/>.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsStopped => Reading.IsStopped;

    /// <summary>Reads for one turn.</summary>
    public Task ReadAsync()
    {
        Reading.BeginTurn();
        return history.ReadAsync(Reading);
    }

    /// <inheritdoc />
    public void Stop()
    {
        Reading.Stop();
        turns.Stop(this);
    }
}
