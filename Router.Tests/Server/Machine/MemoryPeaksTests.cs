using WampRouter.Server.Machine;

namespace WampRouter.Tests.Server.Machine;

/// <summary>When memory is given back: after a peak, not within it, and not again and again where it is in use.</summary>
internal sealed class MemoryPeaksTests
{
    private const long Megabyte = 1024 * 1024;

    private MemoryPeaks _peaks = null!;

    [SetUp]
    public void SetUp() => _peaks = new MemoryPeaks(rest: 60 * Megabyte);

    [Test]
    public void Look_AtRest_DoesNothing()
    {
        Assert.That(Enumerable.Range(0, 100).Select(i => Look(60 + (i % 20), alive: 10)), Has.All.EqualTo(MemoryStep.Nothing));
    }

    [Test]
    public void Look_PeakIsOver_CollectsFirstAndThenReturns()
    {
        Assert.That(Look(500, alive: 400), Is.EqualTo(MemoryStep.Nothing), "it grows");
        Assert.That(Look(800, alive: 700), Is.EqualTo(MemoryStep.Nothing), "it grows");
        Assert.That(Look(800, alive: 700), Is.EqualTo(MemoryStep.Collect));
        Assert.That(Look(790, alive: 20), Is.EqualTo(MemoryStep.Return));
        _peaks.Returned(790 * Megabyte, 70 * Megabyte);
        Assert.That(Look(70, alive: 10), Is.EqualTo(MemoryStep.Nothing));
    }

    [TestCase(300, 200)]
    [TestCase(3_000, 1_000)]
    public void Look_MemoryIsInUse_StopsNobodyAndAsksLessAndLessOften(int resident, int alive)
    {
        Look(resident, alive);

        var steps = Enumerable.Range(0, 1_000).Select(_ => Look(resident, alive)).ToArray();

        Assert.That(steps, Does.Not.Contain(MemoryStep.Return));
        Assert.That(steps.Count(step => step == MemoryStep.Collect), Is.InRange(5, 20));
    }

    [Test]
    public void Returned_WasOfNoUse_IsNotDoneEveryTime()
    {
        var returned = 0;
        Look(300, alive: 10);
        for (var i = 0; i < 1_000; i++)
        {
            if (Look(300, alive: 10) == MemoryStep.Return)
            {
                returned++;
                _peaks.Returned(300 * Megabyte, 299 * Megabyte);
            }
        }

        Assert.That(returned, Is.InRange(5, 20));
    }

    [TestCase(83, MemoryStep.Nothing)]
    [TestCase(84, MemoryStep.Collect)]
    public void Look_AboveTheSizeAtRest_IsWorthItFrom24MegabytesOn(long resident, MemoryStep expected)
    {
        Look(resident, alive: 10);      // it grows

        Assert.That(Look(resident, alive: 10), Is.EqualTo(expected));
    }

    [TestCase(499, MemoryStep.Nothing)]
    [TestCase(500, MemoryStep.Collect)]
    public void Look_AboveALargeSizeAtRest_IsWorthItFromAQuarterOn(long resident, MemoryStep expected)
    {
        _peaks = new MemoryPeaks(rest: 400 * Megabyte);
        Look(resident, alive: 10);

        Assert.That(Look(resident, alive: 10), Is.EqualTo(expected));
    }

    [TestCase(105, MemoryStep.Collect)]
    [TestCase(106, MemoryStep.Nothing)]
    public void Look_LessThanATwentiethMoreThanBefore_IsNoGrowth(long resident, MemoryStep expected)
    {
        Look(100, alive: 10);

        Assert.That(Look(resident, alive: 10), Is.EqualTo(expected));
    }

    [TestCase(600, 128, MemoryStep.Return)]
    [TestCase(600, 129, MemoryStep.Nothing)]
    [TestCase(200, 99, MemoryStep.Return)]
    [TestCase(200, 100, MemoryStep.Nothing)]
    public void Look_AfterTheCollection_ReturnsOnlyWhereLittleIsAlive(long resident, long alive, MemoryStep expected)
    {
        Look(resident, alive);
        Assert.That(Look(resident, alive), Is.EqualTo(MemoryStep.Collect));

        Assert.That(Look(resident, alive), Is.EqualTo(expected));
    }

    [Test]
    public void Look_ProcessIsSmallerThanEver_ThatIsItsSizeAtRest()
    {
        Look(50, alive: 10);
        Look(74, alive: 10);

        Assert.That(Look(74, alive: 10), Is.EqualTo(MemoryStep.Collect), "24 above 50, where it is 14 above what it began with");
    }

    [Test]
    public void Look_GrowsAgainAfterTheCollection_CollectsAgainLater()
    {
        Look(300, alive: 10);
        Assert.That(Look(300, alive: 10), Is.EqualTo(MemoryStep.Collect));
        Assert.That(Look(400, alive: 10), Is.EqualTo(MemoryStep.Nothing), "it grows");

        Assert.That(Look(400, alive: 10), Is.EqualTo(MemoryStep.Collect), "what was collected before it grew says nothing");
    }

    [TestCase(240, MemoryStep.Collect)]
    [TestCase(241, MemoryStep.Nothing)]
    public void Returned_AQuarterOfWhatWasAboveTheRest_WasOfUse(long after, MemoryStep expected)
    {
        Look(300, alive: 10);
        Look(300, alive: 10);
        Look(300, alive: 10);

        _peaks.Returned(300 * Megabyte, after * Megabyte);

        Assert.That(Look(after, alive: 10), Is.EqualTo(expected));
    }

    [Test]
    public void Look_WasOfNoUse_WaitsTwiceAsLongEachTimeUpTo120Looks()
    {
        Look(300, alive: 200);
        var gaps = new List<int>();
        var since = 0;
        while (gaps.Count < 10)
        {
            since++;
            if (Look(300, alive: 200) == MemoryStep.Collect)
            {
                gaps.Add(since);
                since = 0;
            }
        }

        Assert.That(gaps, Is.EqualTo(new[] { 1, 4, 6, 10, 18, 34, 66, 122, 122, 122 }), "one look finds that it was of no use, then comes the pause, then the next");
    }

    private MemoryStep Look(long resident, long alive) => _peaks.Look(resident * Megabyte, alive * Megabyte);
}
