using WampRouter.Server.Machine;

namespace WampRouter.Tests.Server.Machine;

/// <summary>When memory is given back: after a peak, not within it, and not again and again where it is in use.</summary>
public sealed class MemoryPeaksTests
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

    private MemoryStep Look(long resident, long alive) => _peaks.Look(resident * Megabyte, alive * Megabyte);
}
