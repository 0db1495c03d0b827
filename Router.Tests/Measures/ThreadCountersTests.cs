using WampRouter.Measures;

namespace WampRouter.Tests.Measures;

/// <summary>Each thread counts for itself, and nothing is lost when threads come and go.</summary>
public sealed class ThreadCountersTests
{
    private const int Threads = 8;
    private const int Times = 20_000;

    [Test]
    public void Add_FromManyThreadsAtOnce_LosesNothing()
    {
        var counters = new ThreadCounters(cells: 2);

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            for (var i = 0; i < Times; i++)
            {
                counters.Add(0, 1);
                counters.Add(1, 3);
            }
        });

        Assert.That((counters.Sum(0), counters.Sum(1)), Is.EqualTo((Threads * Times, 3 * Threads * Times)));
    }

    [Test]
    public void Add_ByThreadsThatHaveEnded_StaysInTheSum()
    {
        var counters = new ThreadCounters(cells: 1);
        for (var i = 0; i < 3; i++)
        {
            Run(() => counters.Add(0, 1));
            Collect();
        }

        Assert.That(counters.Sum(0), Is.EqualTo(3));
    }

    [Test]
    public void Mine_OfAnotherThread_IsAnotherPlace()
    {
        var counters = new ThreadCounters(cells: 1);
        counters.Mine[0] = 5;

        var other = -1L;
        Run(() => other = counters.Mine[0]);

        Assert.That((other, counters.Mine[0]), Is.EqualTo((0, 5)));
    }

    [Test]
    public void Slots_OfThreadsThatHaveEnded_AreGivenOutAgain()
    {
        const int Many = 200;
        var before = ThreadSlot.Given;
        for (var i = 0; i < Many; i++)
        {
            Run(() => _ = ThreadSlot.Current);
            if (i % 20 == 0)
            {
                Collect();
            }
        }

        Assert.That(ThreadSlot.Given - before, Is.LessThan(Many / 2), "other tests run beside this one, and take some");
    }

    [Test]
    public void Add_InSteadyState_AllocatesNothing()
    {
        var counters = new ThreadCounters(cells: 1);
        counters.Add(0, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            counters.Add(0, 1);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Run(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
