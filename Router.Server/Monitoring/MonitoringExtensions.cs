using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
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

    /// <summary>Who reads an answer more slowly loses the connection, after the time that a request may take: in bytes for each second.</summary>
    private const int SlowestReader = 16 * 1024;

    /// <summary>A shorter time the server does not measure.</summary>
    private static readonly TimeSpan ShortestTime = TimeSpan.FromMilliseconds(1_001);

    /// <summary>Adds what is needed for what some listener serves; nothing where none does, so that it costs nothing.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="options">Its settings.</param>
    public static void AddMonitoring(this WebApplicationBuilder builder, StandAloneOptions options)
    {
        if (IsServed(options, ListenerServices.Metrics))
        {
            builder.Services.AddSingleton<MetricsAnswers>();
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
        app.Use(static (context, next) =>
        {
            if (context.Features.Get<ListenerEdition>() is not { } edition)
            {
                return next(context);
            }

            // Over HTTP/2 a connection may be that of a session, which may take its time; its own limits hold.
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } reading)
            {
                var time = edition.Entrances.Services.Options.HandshakeTimeout;
                reading.MinDataRate = new MinDataRate(SlowestReader, time > ShortestTime ? time : ShortestTime);
            }

            return edition.Served.IsTaken(context.Request) ? next(context) : edition.Served.RefuseAsync(context);
        });
        if (IsServed(options, ListenerServices.Metrics))
        {
            var answers = app.Services.GetRequiredService<MetricsAnswers>();
            app.Use((context, next) => ListenerServiceNames.OwnerOf(context.Request.Path) == ListenerServices.Metrics ? answers.WriteAsync(context, next) : next(context));
            app.MapPrometheusScrapingEndpoint(ListenerServiceNames.MetricsPath);
        }

        if (IsServed(options, ListenerServices.Health))
        {
            app.MapHealthChecks(ListenerServiceNames.LivePath, new HealthCheckOptions { Predicate = static _ => false, ResponseWriter = static (context, _) => context.Response.WriteLineAsync("the process answers") });
            app.MapHealthChecks(ListenerServiceNames.ReadyPath, new HealthCheckOptions { Predicate = static check => check.Tags.Contains(ReadyTag), ResponseWriter = WriteAsync });
        }
    }

    private static bool IsServed(StandAloneOptions options, ListenerServices service) => options.Listeners.Any(listener => listener.Services.HasFlag(service));

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteLineAsync(string.Join('\n', report.Entries.Values.Select(entry => entry.Description ?? entry.Status.ToString())));
}
