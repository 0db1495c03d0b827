using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>What is remembered of many patterns that match many topics.</summary>
public sealed class PatternMemoryTests
{
    private const int Components = 14;

    [Test]
    [Category("Long")]      // a measurement
    public void Match_TenThousandPatternsAndThirtyThousandTopics_TakesAndGivesBack()
    {
        var realm = new Realm(TestRouter.OpenRealm);
        var member = new BrokerMember(realm);
        Subscribe(member, 10_000);
        member.Peer.Sent.Clear();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        for (var topic = 0; topic < 30_000; topic++)
        {
            realm.Broker.MatchSubscriptions(Topic(topic));
        }

        var took = watch.Elapsed;
        var after = GC.GetTotalMemory(forceFullCollection: true);
        watch.Restart();
        realm.Leave(member.Member, new FlushBatch());
        var left = watch.Elapsed;
        var atLast = GC.GetTotalMemory(forceFullCollection: true);

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"remembered {(after - before) / 1e6:F1} MB, {took.TotalMicroseconds / 30_000:F1} µs a new topic; left in {left.TotalMilliseconds:F1} ms, then {(atLast - before) / 1e6:F1} MB"));
        GC.KeepAlive(realm);
    }

    [TestCase("exact")]
    [TestCase("prefix")]
    [Category("Long")]      // a measurement
    public void Subscribe_ToManyThings_Takes(string match)
    {
        const int Count = 10_000;
        var realm = new Realm(TestRouter.OpenRealm);
        var member = new BrokerMember(realm);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
        {
            member.Subscribe(string.Create(CultureInfo.InvariantCulture, $"com.example.measured.{i}"), $$"""{"match":"{{match}}"}""");
            member.Peer.Sent.Clear();
        }

        var taken = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a subscription ({match}): {taken:F0} bytes; it counts {realm.Quota.Total.Used(Resource.SubscriptionBytes) / Count}"));
        GC.KeepAlive(member);
    }

    [Test]
    [Category("Long")]      // a measurement
    public void Publish_TenThousandPatternsOfOneSessionMatch_Takes()
    {
        const int Rounds = 50;
        using var router = new TestRouter();
        var (publisher, subscriber) = (router.Join(), new TestPeer(router.Sessions, outboxBytes: 64 * 1024 * 1024));
        subscriber.Join();
        for (var pattern = 0; pattern < 10_000; pattern++)
        {
            subscriber.SubscribeTo("wildcard", Pattern(pattern));
        }

        var topic = Encoding.UTF8.GetString(Topic(1));
        var watch = new Stopwatch();
        for (var i = -Rounds; i < Rounds; i++)
        {
            watch = i == 0 ? Stopwatch.StartNew() : watch;
            publisher.Publish(topic);
            subscriber.Discard();
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a PUBLISH that causes 10,000 EVENTs: {watch.Elapsed.TotalMilliseconds / Rounds:F2} ms"));
    }

    [Test]
    public void Leave_OfWhomManyPatternsMatchedManyTopics_GivesUpAllThatWasRemembered()
    {
        var realm = new Realm(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxCachedUriBytes = int.MaxValue } });
        var member = new BrokerMember(realm);
        Subscribe(member, 1_000);
        var subscription = FirstMatching(realm);
        member.Peer.Sent.Clear();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        MatchAll(realm, topics: 3_000);
        var remembered = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(remembered, Is.LessThan(3_000 * 1_000), "the topics share one set, where each had 8 kB");

        realm.Leave(member.Member, new FlushBatch());
        GC.Collect();
        Assert.That(subscription.IsAlive, Is.False);
        GC.KeepAlive(realm);
    }

    // Apart, so that no local of the test keeps a subscription alive: compiled without optimization they live to the end of the method.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MatchAll(Realm realm, int topics)
    {
        for (var topic = 0; topic < topics; topic++)
        {
            realm.Broker.MatchSubscriptions(Topic(topic));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference FirstMatching(Realm realm) => new(realm.Broker.MatchSubscriptions(Topic(0))[0]);

    private static void Subscribe(BrokerMember member, int patterns)
    {
        for (var pattern = 0; pattern < patterns; pattern++)
        {
            member.Subscribe(Pattern(pattern), """{"match":"wildcard"}""");
        }
    }

    private static string Pattern(int number) => string.Concat(Enumerable.Range(0, Components).Select(bit => (number >> bit & 1) == 0 ? "a." : "."));

    private static byte[] Topic(int number) => Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("a.", Components))}{number}");
}
