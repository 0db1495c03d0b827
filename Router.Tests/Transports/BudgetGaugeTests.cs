using WampRouter.Tests.Doubles;
using WampRouter.Transports;

namespace WampRouter.Tests.Transports;

/// <summary>How much of what all connections share is in use.</summary>
internal sealed class BudgetGaugeTests
{
    [Test]
    public void Tables_SomethingIsReserved_TellWhatIsUsedOfHowMuch()
    {
        using var meters = new TestMeters();
        using var services = TransportServices.Create(new TransportOptions { InboundTotalBytes = 123_456_789, OutboxTotalBytes = 987_654_321, Compression = { TotalBytes = 135_791_113 } }, meters.Router, new ManualTime());
        services.Inbound.Charge(11);
        services.Budget.Charge(22);

        using var used = new Measured(meters.Router, "wamp_router.table.memory.usage");
        using var most = new Measured(meters.Router, "wamp_router.table.memory.limit");

        Assert.That(used.Tags, Is.EquivalentTo(new[] { "table=unfinished_messages", "table=outboxes", "table=compression" }));
        Assert.That((used.Of("table=unfinished_messages"), used.Of("table=outboxes")), Is.EqualTo((11.0, 22.0)));
        Assert.That((most.Of("table=unfinished_messages"), most.Of("table=outboxes"), most.Of("table=compression")), Is.EqualTo((123_456_789.0, 987_654_321.0, 135_791_113.0)));
    }
}
