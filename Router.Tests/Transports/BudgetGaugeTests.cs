using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Transports;

namespace WampRouter.Tests.Transports;

/// <summary>How much of what all connections share is in use.</summary>
internal sealed class BudgetGaugeTests
{
    [Test]
    public void Gauges_SomethingIsReserved_TellWhatIsUsedOfHowMuch()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var budgets = new TransportBudgets(new TransportOptions { InboundTotalBytes = 123_456_789, OutboxTotalBytes = 987_654_321 });
        var meters = services.GetRequiredService<IMeterFactory>();
        _ = new TransportMetrics(meters, budgets);
        budgets.Inbound.Charge(11);
        budgets.Outbound.Charge(22);

        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name.StartsWith("wamprouter.budget.", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add($"{instrument.Name}[{tags[0].Key}={tags[0].Value}] {value}"));
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.That(seen, Is.EquivalentTo(new[]
        {
            "wamprouter.budget.used[budget=inbound] 11",
            "wamprouter.budget.used[budget=outbox] 22",
            "wamprouter.budget.limit[budget=inbound] 123456789",
            "wamprouter.budget.limit[budget=outbox] 987654321",
        }));
    }
}
