using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WampRouter.Measures;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>What an application learns of its routers: whether they can be used, and what they measure.</summary>
public sealed class RouterHealthCheckTests
{
    [Test]
    public async Task Check_OfARouterThatRunsAndThenStops_IsHealthyAndThenNot()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddHealthChecks().AddWampRouter();
        });
        var checks = host.Services.GetRequiredService<HealthCheckService>();

        var before = (await checks.CheckHealthAsync().Soon()).Entries["wamp_router"];
        await host.StopAsync().Soon();
        var after = (await checks.CheckHealthAsync().Soon()).Entries["wamp_router"];

        Assert.That((before.Status, before.Description), Is.EqualTo((HealthStatus.Healthy, "ready")));
        Assert.That((after.Status, after.Description), Is.EqualTo((HealthStatus.Unhealthy, "not ready: the router is shutting down")));
    }

    [Test]
    public async Task Check_HistoryCannotBeWritten_IsUnhealthyWhileThatLasts()
    {
        var histories = new TroubledHistories { Trouble = "the disk is full" };
        await using var host = await EmbeddingHost.StartAsync(app =>
        {
            app.Services.AddWampRouter("a").AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddKeyedSingleton<IDurableHistories>("a", histories);
            app.Services.AddHealthChecks().AddWampRouter("a", tags: ["ready"]);
        }, static app => app.MapWampRouter("/ws", "a"));
        var checks = host.Services.GetRequiredService<HealthCheckService>();

        var troubled = (await checks.CheckHealthAsync(static check => check.Tags.Contains("ready")).Soon()).Entries["wamp_router_a"];
        histories.Trouble = null;
        var well = (await checks.CheckHealthAsync().Soon()).Entries["wamp_router_a"];

        Assert.That((troubled.Status, troubled.Description), Is.EqualTo((HealthStatus.Unhealthy, "not ready: events cannot be written to their history: the disk is full")));
        Assert.That(well.Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task Check_OfARouterThatIsNotThere_SaysWhichThereAre()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddHealthChecks().AddWampRouter("b");
        });

        Assert.That(
            () => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().Soon(),
            Throws.InvalidOperationException.With.Message.EqualTo("There is no router 'b' (there is one without a name); call AddWampRouter of the services."));
    }

    [Test]
    public async Task Measures_OfTwoRoutersInOneProcess_AreToldApart()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddWampRouter("b").AddRealm("realm1", OpenRealm.Describe);
        }, static app =>
        {
            app.MapWampRouter();
            app.MapWampRouter("/b", "b");
        });
        using var ofDefault = new Measured(host.Services.GetRequiredKeyedService<RouterMeter>(""), "wamp_router.joins");
        using var ofB = new Measured(host.Services.GetRequiredKeyedService<RouterMeter>("b"), "wamp_router.joins");
        using var seen = new System.Diagnostics.Metrics.MeterListener();
        var routers = new List<string?>();
        seen.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name == "wamp_router.joins" && ReferenceEquals(instrument.Meter.Scope, host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()))
            {
                routers.Add(instrument.Meter.Tags?.SingleOrDefault(static tag => tag.Key == "router").Value as string);
            }
        };
        seen.Start();

        await host.JoinAsync("/b");
        await host.JoinAsync("/b");
        await host.JoinAsync();

        Assert.That((ofDefault.Sum, ofB.Sum), Is.EqualTo((1.0, 2.0)));
        Assert.That(routers, Is.EquivalentTo(new[] { null, "b" }), "which is what a listener sees");
    }

    private sealed class TroubledHistories : IDurableHistories
    {
        public string? Missing => null;

        public string? Trouble { get; set; }

        public IEventHistory Open(string realm, HistorySettings settings) => throw new InvalidOperationException();
    }
}
