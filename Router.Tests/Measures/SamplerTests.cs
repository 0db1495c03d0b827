using WampRouter.Measures;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Measures;

/// <summary>What is rare is measured each time, and of what is frequent a part.</summary>
public sealed class SamplerTests
{
    private readonly ManualTime _time = new();

    [Test]
    public void Picks_OneInAWhile_PicksEach()
    {
        var sampler = Make();
        var picked = 0;
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            picked += sampler.Picks(out _) ? 1 : 0;
        }

        Assert.That(picked, Is.EqualTo(100));
    }

    [Test]
    public void Picks_VeryMany_PicksFewAndNeverPassesMoreThanItMay()
    {
        var sampler = Make();
        var (picked, passed, mostPassed) = (0, 0, 0);
        for (var i = 0; i < 100_000; i++)
        {
            _time.Advance(TimeSpan.FromMicroseconds(1));
            var picks = sampler.Picks(out _);
            (picked, passed) = picks ? (picked + 1, 0) : (picked, passed + 1);
            mostPassed = Math.Max(mostPassed, passed);
        }

        Assert.That(picked, Is.InRange(100_000 / (Sampler.MostPassed + 1), 500));
        Assert.That(mostPassed, Is.EqualTo(Sampler.MostPassed));
    }

    [Test]
    public void Picks_ManyAndThenFew_PicksEachAgain()
    {
        var sampler = Make();
        for (var i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMicroseconds(1));
            sampler.Picks(out _);
        }

        var last = 0;
        for (var i = 0; i < 2_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            last = sampler.Picks(out _) ? last + 1 : 0;
        }

        Assert.That(last, Is.GreaterThan(1_000), "the last ones, one after the other");
    }

    [Test]
    public void Picks_One_TellsWhen()
    {
        var sampler = Make();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(sampler.Picks(out var now), Is.True);
        Assert.That(now, Is.EqualTo(_time.GetTimestamp()));
    }

    private Sampler Make() => new(new ThreadCounters(cells: Sampler.Cells + 1), first: 1, _time);
}
