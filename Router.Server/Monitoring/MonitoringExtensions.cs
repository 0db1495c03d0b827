using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using WampRouter.Measures;
using WampRouter.Server.Commands;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;

namespace WampRouter.Server.Monitoring;

/// <summary>Metrics and health of the program, at the listeners that serve them.</summary>
internal static class MonitoringExtensions
{
    private const string ReadyTag = "ready";
    private const string RuntimeMeter = "System.Runtime";       // the collector, the thread pool: what else makes a router slow

    /// <summary>Adds what is needed for what some listener serves; nothing where none does, so that it costs nothing.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="options">Its settings.</param>
    public static void AddMonitoring(this WebApplicationBuilder builder, StandAloneOptions options)
    {
        if (IsServed(options, ListenerServices.Metrics))
        {
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(static resource => resource.AddService("wamprouter", serviceVersion: RouterCommands.Version, autoGenerateServiceInstanceId: false))
                .WithMetrics(static metrics => metrics.AddMeter(RouterMeter.MeterName, RuntimeMeter).AddPrometheusExporter());
        }

        if (IsServed(options, ListenerServices.Health))
        {
            // The answer says what is wrong each time that somebody asks; the log need not.
            builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
            builder.Services.AddHealthChecks().AddWampRouter(tags: [ReadyTag]);
        }
    }

    /// <summary>Maps the paths, and keeps each listener to what it serves. Before anything else is mapped.</summary>
    /// <param name="app">The program.</param>
    /// <param name="options">Its settings.</param>
    public static void MapMonitoring(this WebApplication app, StandAloneOptions options)
    {
        app.Use(static (context, next) => context.Features.Get<ListenerEdition>()?.Served is { } served && !served.Has(context.Request.Path) ? served.RefuseAsync(context) : next(context));
        if (IsServed(options, ListenerServices.Metrics))
        {
            app.MapPrometheusScrapingEndpoint(ListenerServiceNames.MetricsPath);
        }

        if (IsServed(options, ListenerServices.Health))
        {
            app.MapHealthChecks(ListenerServiceNames.LivePath, new HealthCheckOptions { Predicate = static _ => false, ResponseWriter = static (context, _) => WriteAsync(context, "the process answers") });
            app.MapHealthChecks(ListenerServiceNames.ReadyPath, new HealthCheckOptions { Predicate = static check => check.Tags.Contains(ReadyTag), ResponseWriter = WriteAsync });
        }
    }

    private static bool IsServed(StandAloneOptions options, ListenerServices service) => options.Listeners.Any(listener => listener.Services.HasFlag(service));

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        WriteAsync(context, string.Join('\n', report.Entries.Values.Select(entry => entry.Description ?? entry.Status.ToString())));

    private static Task WriteAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{text}\n");
    }
}
