using WampRouter.Configuration;
using WampRouter.Realms;
using WampRouter.Realms.History;
using WampRouter.Server.Machine;
using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Tests.Server.Machine;

/// <summary>What the limits together allow, told before somebody tries.</summary>
public sealed class MemoryPlanTests
{
    private const long Megabyte = 1024 * 1024;

    [Test]
    public void Describe_MachineHasEnough_SaysTheWorstCaseAndItsLargestParts()
    {
        var plan = new MemoryPlan(With(outboxes: 3_000 * Megabyte), 16_000 * Megabyte);

        Assert.That(plan.IsTooMuch, Is.False);
        Assert.That(plan.ToString(), Does.StartWith("at most ").And.Contain(" MB of 16,000 MB: outboxes 3,000 (Transports:OutboxTotalBytes), "));
    }

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

    [Test]
    public void AvailableBytes_OfThisMachine_IsWhatTheCollectorMayUse() => Assert.That(MemoryPlan.AvailableBytes, Is.EqualTo(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).And.GreaterThan(0));

    private static RealmConfiguration Realm(string name) => new(
        new RealmSettings { Name = name, History = [new HistorySettings { Uri = "com.", MaxBytes = 500 * Megabyte, Store = HistoryStore.Memory }] }, new SessionSettings(), name);

    private static RouterConfiguration With(long outboxes, params RealmConfiguration[] realms) => new()
    {
        Options = new RouterOptions { Transports = new TransportOptions { OutboxTotalBytes = outboxes } },
        RealmsDirectory = "/realms",
        Realms = realms,
        Mistakes = [],
    };
}
