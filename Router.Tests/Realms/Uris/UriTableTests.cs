using System.Text;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Settings;
using WampRouter.Realms.Uris;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Uris;

public sealed class UriTableTests
{
    private readonly ManualTime _time = new();

    [Test]
    public void Find_SameUriTwice_IsTheSameEntry()
    {
        var table = Table(maxCached: 10);

        var (first, second) = (table.Find("com.a"u8), table.Find("com.a"u8));

        Assert.That(second, Is.SameAs(first));
    }

    [Test]
    public void Find_ClientsInventUris_TheTableStaysBounded()
    {
        var table = Table(maxCached: 100);

        for (var i = 0; i < 10_000; i++)
        {
            table.Find(Encoding.UTF8.GetBytes($"com.invented.{i}"));
            Assert.That(table.Cached, Is.LessThanOrEqualTo(100));
        }
    }

    [Test]
    public void Find_ManyOthersSwept_AHeldEntryStays()
    {
        var table = Table(maxCached: 10);
        var held = table.Pin("com.held"u8);

        for (var i = 0; i < 1_000; i++)
        {
            table.Find(Encoding.UTF8.GetBytes($"com.invented.{i}"));
        }

        Assert.That(table.Find("com.held"u8), Is.SameAs(held));
        table.Unpin(held);
        Assert.That(table.Cached, Is.LessThanOrEqualTo(10));
    }

    [Test]
    public void Find_MalformedUri_IsKnownAsSuchAndNotRemembered()
    {
        var table = Table(maxCached: 10);

        Assert.That(table.Find("com..a"u8).IsValid, Is.False);
        Assert.That(table.Cached, Is.Zero);
    }

    [Test]
    public void Find_SteadyState_AllocatesNothing()
    {
        var table = Table(maxCached: 10);
        table.Find("com.a"u8);

        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                table.Find("com.a"u8);
            }
        });

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Find_LongUrisOfClients_TheTableStaysBoundedInBytes()
    {
        var table = Table(maxCached: 1_000_000, maxCachedBytes: 200_000);

        for (var i = 0; i < 10_000; i++)
        {
            table.Find(Long(i));
            Assert.That(table.CachedBytes, Is.LessThanOrEqualTo(200_000));
        }

        Assert.That(table.Cached, Is.InRange(50, 200));
    }

    [Test]
    public void Find_ManyOthersInvented_OneThatIsUsedAllTheTimeStays()
    {
        var table = Table(maxCached: 100);
        var used = table.Find("com.used"u8);

        for (var i = 0; i < 1_000; i++)
        {
            table.Find(Encoding.UTF8.GetBytes($"com.invented.{i}"));
            table.Find("com.used"u8);
        }

        Assert.That(table.Find("com.used"u8), Is.SameAs(used));
    }

    [Test]
    public void Find_NothingIsLookedUpAnyMore_TheMemoryComesBack()
    {
        var table = Table(maxCached: 1_000_000);
        var held = table.Pin("com.held"u8);
        for (var i = 0; i < 10_000; i++)
        {
            table.Find(Encoding.UTF8.GetBytes($"com.invented.{i}"));
        }

        _time.Advance(UriTable.SweepInterval);
        for (var i = 0; i < 2; i++)
        {
            table.Find("com.invented.7"u8);
        }

        _time.Advance(UriTable.SweepInterval);
        Assert.That(table.Cached, Is.EqualTo(1), "the one in use");
        _time.Advance(UriTable.SweepInterval);

        Assert.That(table.CachedBytes, Is.Zero);
        Assert.That(table.Find("com.held"u8), Is.SameAs(held));
        Assert.That(_time.ActiveTimers, Is.Zero, "an idle table is left alone");
    }

    [Test]
    public void Remember_TopicsThatManyPatternsMatch_CountAndAreForgotten()
    {
        var table = Table(maxCached: 1_000, maxCachedBytes: 100_000);
        var patterns = Patterns(1_100);

        for (var i = 0; i < 100; i++)
        {
            var held = table.Pin(Encoding.UTF8.GetBytes($"com.held.{i}"));
            table.Remember(held, version: 1, patterns.AsSpan(i, 1_000));
            Assert.That(table.CachedBytes, Is.LessThanOrEqualTo(100_000));
        }

        _time.Advance(UriTable.SweepInterval);
        _time.Advance(UriTable.SweepInterval);
        Assert.That(table.CachedBytes, Is.Zero);
    }

    [Test]
    public void Remember_MoreThanThereIsRoomForAtAll_IsNotKept()
    {
        var table = Table(maxCached: 10, maxCachedBytes: 1_000);
        var topic = table.Find("com.topic"u8);
        var patterns = Patterns(1_000);

        Assert.That(table.Remember(topic, version: 1, patterns), Is.EqualTo(patterns));
        Assert.That(topic.Matches, Is.Null);
    }

    [Test]
    public void Remember_TheSamePatternsForSeveralTopics_AreKeptOnce()
    {
        var table = Table(maxCached: 1_000);
        var patterns = Patterns(1_000);
        var topics = Enumerable.Range(0, 100).Select(i => table.Find(Encoding.UTF8.GetBytes($"com.topic.{i}"))).ToList();
        var before = table.CachedBytes;

        topics.ForEach(topic => table.Remember(topic, version: 1, patterns));

        Assert.That(topics.Select(topic => topic.Matches!.Set).Distinct().Count(), Is.EqualTo(1));
        Assert.That(table.CachedBytes - before, Is.EqualTo((100 * TopicMatches.SizeInBytes) + MatchSet.SizeOf(1_000)));
        topics.ForEach(topic => table.Remember(topic, version: 2, patterns.AsSpan(1)));
        Assert.That(table.CachedBytes - before, Is.EqualTo((100 * TopicMatches.SizeInBytes) + MatchSet.SizeOf(999)), "the one before went with its last topic");
    }

    [Test]
    public void ForgetMatchesWith_AnyOfThePatterns_GivesThemUpAtOnce()
    {
        var table = Table(maxCached: 1_000);
        var patterns = Patterns(1_000);
        var (gone, kept) = (table.Find("com.gone"u8), table.Find("com.kept"u8));
        table.Remember(gone, version: 1, patterns);
        table.Remember(kept, version: 1, patterns.AsSpan(1));
        var before = table.CachedBytes;

        table.ForgetMatchesWith(patterns[0]);

        Assert.That(gone.Matches!.Set.Subscriptions, Is.Null);
        Assert.That(kept.Matches!.Set.Subscriptions, Has.Length.EqualTo(999));
        Assert.That(before - table.CachedBytes, Is.EqualTo(MatchSet.SizeOf(1_000)));
    }

    [Test]
    public void Remember_OneOfThePatternsHasEndedMeanwhile_IsNotKept()
    {
        var table = Table(maxCached: 1_000);
        var patterns = Patterns(2);
        var topic = table.Find("com.topic"u8);
        table.ForgetMatchesWith(patterns[1]);

        Assert.That(table.Remember(topic, version: 1, patterns), Is.EqualTo(patterns));
        Assert.That(topic.Matches, Is.Null, "nothing would give it up again");
    }

    [Test]
    public void Unpin_TheCacheIsFull_TheEntryGoes()
    {
        var table = Table(maxCached: 10);
        var held = Enumerable.Range(0, 1_000).Select(i => table.Pin(Encoding.UTF8.GetBytes($"com.held.{i}"))).ToList();

        held.ForEach(table.Unpin);

        Assert.That(table.Cached, Is.EqualTo(10));
        Assert.That(table.Find(held[^1].Utf8), Is.Not.SameAs(held[^1]));
    }

    private UriTable Table(int maxCached, int maxCachedBytes = 1 << 30) =>
        new(new RealmPolicy(new RealmSettings { Name = "realm1", Limits = new RealmLimits { MaxCachedUris = maxCached, MaxCachedUriBytes = maxCachedBytes } }), _time);

    private static Subscription[] Patterns(int count) =>
        [.. Enumerable.Range(1, count).Select(id => new Subscription((ulong)id, MatchPolicy.Wildcard, [], DateTimeOffset.UnixEpoch))];

    private static byte[] Long(int number) => Encoding.UTF8.GetBytes($"com.{number}.{new string('x', 930)}");
}
