using WampRouter.Configuration;
using WampRouter.Realms.Settings;
using WampRouter.Server.Configuration;
using WampRouter.Server.Machine;
using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Tests.Server.Machine;

/// <summary>What the limits together allow, told before somebody tries.</summary>
public sealed class MemoryPlanTests
{
    private const int MB = 1024 * 1024;
    private const long Megabyte = MB;

    [Test]
    public void Describe_MachineHasEnough_SaysTheWorstCaseAndItsLargestParts()
    {
        var plan = new MemoryPlan(With(outboxes: 3_000 * Megabyte), 16_000 * Megabyte);

        Assert.That(plan.IsTooMuch, Is.False);
        Assert.That(plan.ToString(), Does.StartWith("at most ").And.Contain(" MB of 16,000 MB: outboxes 3,000 (Transports:OutboxTotalBytes), "));
    }

    [Test]
    public void Describe_MorePartsThanAreShown_EndsWithAnEllipsis() =>
        Assert.That(new MemoryPlan(With(outboxes: 0), Megabyte).ToString(), Does.EndWith("), …").And.Matches(@"^[^:]+: ([^()]+ \([^()]+\), ){4}…$"));

    [Test]
    public void Describe_LimitsExceedTheMachine_Warns()
    {
        var plan = new MemoryPlan(With(outboxes: 3_000 * Megabyte), 2_000 * Megabyte);

        Assert.That(plan.IsTooMuch, Is.True);
        Assert.That(plan.ToString(), Does.StartWith("clients can make it need ").And.Contain(" MB, and there are 2,000 MB: outboxes 3,000"));
    }

    [Test]
    public void Bytes_PartOfEachRealm_IsAddedUp()
    {
        var one = new MemoryPlan(With(outboxes: 0, Realm("a")), Megabyte).Bytes;
        var two = new MemoryPlan(With(outboxes: 0, Realm("a"), Realm("b")), Megabyte).Bytes;
        var none = new MemoryPlan(With(outboxes: 0), Megabyte).Bytes;

        Assert.That(two - one, Is.EqualTo(one - none));
        Assert.That(one - none, Is.GreaterThan(500 * Megabyte), "its history in memory");
    }

    [Test]
    public void Bytes_ConnectionsAreLimited_SessionsAreTooWhateverRealmsAllow()
    {
        var without = new MemoryPlan(With(outboxes: 0, Realm("a")), Megabyte).Bytes;
        var configuration = With(outboxes: 0, Realm("a"));
        configuration.Options.Transports.MaxConnections = 10;
        configuration.Options.Sessions.MaxDetachedSessions = 0;

        Assert.That(without - new MemoryPlan(configuration, Megabyte).Bytes, Is.EqualTo((100_000 - 10) * 9L * 1024));
    }

    [TestCase(null, 10, 20, 30)]
    [TestCase(25, 10, 20, 25)]
    [TestCase(35, 10, 20, 30)]
    [TestCase(35, 10, null, 35)]
    [TestCase(null, 10, null, 100_000)]
    public void Bytes_ListenersAreLimited_TheirSumIsWhatSessionsThereCanBe(int? together, int? first, int? second, int sessions)
    {
        var unlimited = new MemoryPlan(With(outboxes: 0, Realm("a")), Megabyte).Bytes;
        var configuration = With(outboxes: 0, Realm("a"));
        configuration.Options.Transports.MaxConnections = together;
        configuration.Options.Sessions.MaxDetachedSessions = 0;
        StandAloneSettings.Of(configuration).Listeners = [new ListenerOptions { MaxConnections = first }, new ListenerOptions { MaxConnections = second }];

        Assert.That(unlimited - new MemoryPlan(configuration, Megabyte).Bytes, Is.EqualTo((100_000 - sessions) * 9L * 1024));
    }

    private static IEnumerable<TestCaseData> Parts =>
    [
        Part("InboundTotalBytes", options => options.Transports.InboundTotalBytes = Megabyte, options => options.Transports.InboundTotalBytes = 8 * Megabyte),
        Part("ResumptionTotalBytes", options => options.Sessions.ResumptionTotalBytes = Megabyte, options => options.Sessions.ResumptionTotalBytes = 8 * Megabyte),
        Part("QueuedTicketChecks", options => options.Sessions.QueuedTicketChecks = 512, options => options.Sessions.QueuedTicketChecks = 4096),
        Part("retained", realm => realm with { Retained = new RetainedSettings { MaxBytes = MB } }, realm => realm with { Retained = new RetainedSettings { MaxBytes = 8 * MB } }),
        Limit("maxHeldCallBytes", (limits, bytes) => limits with { MaxHeldCallBytes = bytes }),
        Limit("maxSubscriptionBytes", (limits, bytes) => limits with { MaxSubscriptionBytes = bytes }),
        Limit("maxRegistrationBytes", (limits, bytes) => limits with { MaxRegistrationBytes = bytes }),
        Limit("maxTestamentBytes", (limits, bytes) => limits with { MaxTestamentBytes = bytes }),
        Limit("maxDefinitionBytes", (limits, bytes) => limits with { MaxDefinitionBytes = bytes }),
        Limit("maxCachedUriBytes", (limits, bytes) => limits with { MaxCachedUriBytes = bytes }),
        Limit("maxHistoryResultBytes", (limits, bytes) => limits with { MaxHistoryReads = 1, MaxHistoryResultBytes = bytes }),
        Limit("maxHistoryReads", (limits, bytes) => limits with { MaxHistoryReads = bytes / 1024, MaxHistoryResultBytes = 1024 }),
    ];

    [TestCaseSource(nameof(Parts))]
    public void Bytes_OneLimitIsRaised_TheSumRisesByAsMuch(object less, object more) =>
        Assert.That(new MemoryPlan((RouterConfiguration)more, Megabyte).Bytes - new MemoryPlan((RouterConfiguration)less, Megabyte).Bytes, Is.EqualTo(7 * Megabyte));

    [Test]
    public void Bytes_BudgetsAreNotSet_ArePartsOfTheMemory()
    {
        var configuration = With(outboxes: 0);
        configuration.Options.Transports.InboundTotalBytes = 0;
        var nothing = new MemoryPlan(configuration, 800 * Megabyte).Bytes;
        configuration.Options.Transports.InboundTotalBytes = null;
        Assert.That(new MemoryPlan(configuration, 800 * Megabyte).Bytes - nothing, Is.EqualTo(100 * Megabyte), "an eighth");

        configuration.Options.Transports.InboundTotalBytes = 0;
        configuration.Options.Transports.OutboxTotalBytes = null;
        Assert.That(new MemoryPlan(configuration, 800 * Megabyte).Bytes - nothing, Is.EqualTo(200 * Megabyte), "a quarter");
    }

    [Test]
    public void Bytes_HistoriesOnTheDisk_NeedWhatWaitsForItAndOnlyOnce()
    {
        var none = new MemoryPlan(With(outboxes: 0, Durable("a", []), Durable("b", [])), Megabyte).Bytes;
        var histories = new[] { new HistorySettings { Uri = "com.", Store = HistoryStore.Sqlite } };

        Assert.That(new MemoryPlan(With(outboxes: 0, Durable("a", histories), Durable("b", [])), Megabyte).Bytes - none, Is.EqualTo(64 * Megabyte));
        Assert.That(new MemoryPlan(With(outboxes: 0, Durable("a", histories), Durable("b", histories)), Megabyte).Bytes - none, Is.EqualTo(64 * Megabyte));

        static RealmConfiguration Durable(string name, HistorySettings[] histories) => new(new RealmSettings { Name = name, History = histories }, new SessionSettings(), name);
    }

    [Test]
    public void IsTooMuch_ExactlyWhatThereIs_IsNot()
    {
        var bytes = new MemoryPlan(With(outboxes: 0, Realm("a")), available: 0).Bytes;
        var configuration = With(outboxes: 0, Realm("a"));
        configuration.Options.Transports.InboundTotalBytes = 0;
        var whole = new MemoryPlan(configuration, bytes).Bytes;

        Assert.That((new MemoryPlan(configuration, whole).IsTooMuch, new MemoryPlan(configuration, whole - 1).IsTooMuch), Is.EqualTo((false, true)));
    }

    [Test]
    public void AvailableBytes_OfThisMachine_IsWhatTheCollectorMayUse() => Assert.That(MemoryPlan.AvailableBytes, Is.EqualTo(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).And.GreaterThan(0));

    private static TestCaseData Limit(string name, Func<RealmLimits, int, RealmLimits> set) =>
        Part(name, realm => realm with { Limits = set(realm.Limits, MB) }, realm => realm with { Limits = set(realm.Limits, 8 * MB) });

    private static TestCaseData Part(string name, Func<RealmSettings, RealmSettings> less, Func<RealmSettings, RealmSettings> more)
    {
        var realm = new RealmSettings { Name = "a" };
        return new TestCaseData(With(0, new RealmConfiguration(less(realm), new SessionSettings(), "a")), With(0, new RealmConfiguration(more(realm), new SessionSettings(), "a"))).SetArgDisplayNames(name);
    }

    private static TestCaseData Part(string name, Action<StandAloneOptions> less, Action<StandAloneOptions> more)
    {
        var (one, other) = (With(0), With(0));
        less(StandAloneSettings.Of(one));
        more(StandAloneSettings.Of(other));
        return new TestCaseData(one, other).SetArgDisplayNames(name);
    }

    private static RealmConfiguration Realm(string name) => new(
        new RealmSettings { Name = name, History = [new HistorySettings { Uri = "com.", MaxBytes = 500 * Megabyte, Store = HistoryStore.Memory }] }, new SessionSettings(), name);

    private static RouterConfiguration With(long outboxes, params RealmConfiguration[] realms) => new()
    {
        Options = new StandAloneOptions { Transports = new TransportOptions { OutboxTotalBytes = outboxes } },
        RealmsDirectory = "/realms",
        Realms = realms,
        Mistakes = [],
    };
}
