using WampRouter.Sessions;
using WampRouter.Sessions.Outboxes;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Outboxes;

/// <summary>A bound that many share: who is refused takes nothing from the others, not even for the moment in which he is refused. The proof is in Interleavings; this is the quick look.</summary>
internal sealed class ByteBudgetTests
{
    private const int Tries = 200_000;
    private const int Much = 900;

    [Test]
    public void TryReserve_AnotherIsRefusedAllTheTime_WhoHasRoomIsNot()
    {
        var budget = new ByteBudget(1_000);
        Assert.That(budget.TryReserve(200), Is.True);

        var refused = CountRefusals(
            () => budget.TryReserve(Much, held: 0) || budget.TryReserve(Much),
            () => budget.TryReserve(10, held: 0),
            () => budget.Release(10));

        Assert.That(refused, Is.Zero);
        Assert.That(budget.ReservedBytes, Is.EqualTo(200));
    }

    [Test]
    public void TryReserve_AnotherPrincipalIsRefusedAllTheTime_WhoHasRoomIsNot()
    {
        var budget = new ByteBudget(1_000);
        var greedy = new ResumptionShare(("realm1", "greedy"), budget, mostBytes: 5_000);
        var modest = new ResumptionShare(("realm1", "modest"), budget, mostBytes: 5_000);
        Assert.That(greedy.TryReserve(760), Is.True, "more than three quarters: who has something gets no more");

        var refused = CountRefusals(() => greedy.TryReserve(240), () => modest.TryReserve(10), () => modest.Release(10));

        Assert.That(refused, Is.Zero);
        Assert.That(budget.ReservedBytes, Is.EqualTo(760));
    }

    [Test]
    public void TryEnterDetached_AnotherPrincipalIsRefusedAllTheTime_WhoHasRoomIsNot()
    {
        using var router = new TestRouter(options: new WampSessionOptions { MaxDetachedSessions = 1, MaxDetachedSessionsPerPrincipal = 1 });
        var sessions = router.Context.Resumable;
        var modest = sessions.Shares.Enter("realm1", "modest");
        var greedy = sessions.Shares.Enter("realm1", "greedy");
        greedy.Detach();        // it has all that one may have; where, does not matter here

        var refused = CountRefusals(() => sessions.TryEnterDetached(greedy), () => sessions.TryEnterDetached(modest), () => sessions.LeaveDetached(modest));

        Assert.That(refused, Is.Zero);
        Assert.That(sessions.Detached, Is.Zero);
    }

    /// <summary>How often one is refused while a rival tries to get what he may not have.</summary>
    private static int CountRefusals(Func<bool> rival, Func<bool> take, Action giveBack)
    {
        var isOver = false;
        var rivalGotIt = false;
        var rivalTries = 0L;
        var thread = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                rivalGotIt |= rival();
                Interlocked.Increment(ref rivalTries);
            }
        });
        thread.Start();
        var refused = 0;
        for (var i = 0; i < Tries || Interlocked.Read(ref rivalTries) < Tries; i++)
        {
            if (take())
            {
                giveBack();
            }
            else
            {
                refused++;
            }
        }

        Volatile.Write(ref isOver, true);
        Assert.That(thread.Join(TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(rivalGotIt, Is.False);
        return refused;
    }
}
