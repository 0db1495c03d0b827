using System.Text;
using WampRouter.Sessions.Outboxes;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>The frames kept for a session that can be resumed: bounded, without a gap, and the memory given back.</summary>
public sealed class SentFramesTests
{
    private const int LengthBytes = 4;

    [Test]
    public void Add_MoreThanFits_DropsTheOldest()
    {
        var frames = new SentFrames(maxBytes: 3 * (LengthBytes + 2), Share(new ByteBudget(1_000_000)));

        foreach (var number in Enumerable.Range(0, 10))
        {
            frames.Add(Frame(number));
        }

        Assert.Multiple(() =>
        {
            Assert.That(frames.Count, Is.EqualTo(10));
            Assert.That(frames.First, Is.EqualTo(7));
        });
    }

    [Test]
    public void Add_LargerThanAllThatIsKept_KeepsNothing()
    {
        var frames = new SentFrames(maxBytes: 20, Share(new ByteBudget(1_000_000)));
        frames.Add(Frame(0));

        frames.Add(new byte[21]);

        Assert.That((frames.First, frames.Count), Is.EqualTo((2L, 2L)));
    }

    [Test]
    public void TryAdd_NothingExpendable_RefusesAndKeepsAll()
    {
        var frames = new SentFrames(maxBytes: 3 * (LengthBytes + 2), Share(new ByteBudget(1_000_000)));
        for (var number = 0; number < 3; number++)
        {
            frames.Add(Frame(number));
        }

        var dropsOne = frames.TryAdd(Frame(3), expendable: 1);
        var dropsMore = frames.TryAdd(Frame(4), expendable: 1);

        Assert.Multiple(() =>
        {
            Assert.That(dropsOne, Is.True);
            Assert.That(dropsMore, Is.False);
            Assert.That((frames.First, frames.Count), Is.EqualTo((1L, 4L)));
        });
    }

    [Test]
    public void TryAdd_BudgetIsSpentByOthers_RefusesUntilTheyGiveBack()
    {
        var budget = new ByteBudget(1024);
        var greedy = new SentFrames(maxBytes: 10_000, Share(budget));
        var modest = new SentFrames(maxBytes: 10_000, Share(budget));
        greedy.Add(Frame(0));

        var refused = modest.TryAdd(Frame(0), expendable: 0);
        greedy.Release();

        Assert.Multiple(() =>
        {
            Assert.That(refused, Is.False);
            Assert.That(modest.TryAdd(Frame(0), expendable: 0), Is.True);
            Assert.That(budget.ReservedBytes, Is.EqualTo(1024));
        });
    }

    [Test]
    public void Release_AfterManyFramesOfAllSizes_GivesEverythingBack()
    {
        var budget = new ByteBudget(1_000_000);
        var frames = new SentFrames(maxBytes: 100_000, Share(budget));
        var random = new Random(11);
        for (var i = 0; i < 5_000; i++)
        {
            frames.Add(new byte[random.Next(0, 40_000)]);
            if (random.Next(10) == 0)
            {
                frames.DropBefore(frames.First + ((frames.Count - frames.First) / 2));
            }

            Assert.That(budget.ReservedBytes, Is.LessThan(300_000), "rented, not only used");
        }

        frames.Release();

        Assert.That(budget.ReservedBytes, Is.Zero);
    }

    [Test]
    public void Add_InTheLongRun_AllocatesNextToNothing()
    {
        var frames = new SentFrames(maxBytes: 64 * 1024, Share(new ByteBudget(1_000_000)));
        var frame = new byte[100];

        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                frames.Add(frame);
            }
        });

        Assert.That(allocated / 10_000, Is.Zero, "bytes for a frame");
    }

    private static ResumptionShare Share(ByteBudget budget) => new(("realm1", "somebody"), budget, long.MaxValue);

    private static byte[] Frame(int number) => Encoding.ASCII.GetBytes($"{number:00}");
}
