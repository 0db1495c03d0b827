using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// Where what is held for all peers comes near to its bound, those are ended that are late with their part for the longest time: before there is no room for somebody who is not. Called by the heartbeat.
/// </summary>
/// <param name="budget">What they share.</param>
/// <param name="latenessOf">How late a peer is.</param>
/// <param name="end">Ends it for that reason.</param>
internal sealed class PressureRelief(ByteBudget budget, Func<ITrackedConnection, Lateness> latenessOf, Action<ITrackedConnection> end)
{
    /// <summary>Nobody who reads and writes is this late, even on a busy machine.</summary>
    private static readonly TimeSpan LeastLateness = TimeSpan.FromSeconds(5);

    private long _endedBytes;   // what those hold who were ended the last time: it may not be free yet

    /// <summary>Ends as many as needed.</summary>
    /// <param name="connections">All that are open.</param>
    public void Relieve(IEnumerable<ITrackedConnection> connections)
    {
        var pressureBytes = budget.CapacityBytes / 4 * 3;      // from here on somebody has to go
        var excess = budget.ReservedBytes - pressureBytes - _endedBytes;
        _endedBytes = 0;
        if (pressureBytes == 0 || excess < 0)
        {
            return;
        }

        // Of those who are late for as long, give or take a heartbeat, who holds the most goes first.
        var late = connections.Where(connection => !connection.IsEnding && latenessOf(connection).Duration >= LeastLateness)
            .OrderByDescending(connection => (long)latenessOf(connection).Duration.TotalSeconds)
            .ThenByDescending(connection => latenessOf(connection).HeldBytes);
        foreach (var connection in late.TakeWhile(_ => excess >= 0))
        {
            var held = latenessOf(connection).HeldBytes;
            (excess, _endedBytes) = (excess - held, _endedBytes + held);
            end(connection);
        }
    }
}
