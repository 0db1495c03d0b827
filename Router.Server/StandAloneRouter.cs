using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using WampRouter.Configuration;
using WampRouter.Server.Commands;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Server.Logging;
using WampRouter.Server.Machine;
using WampRouter.Server.Monitoring;
using WampRouter.Storage;
using WampRouter.Transports.Admission;

namespace WampRouter.Server;

/// <summary>The router as a program: starts it if nothing speaks against it, and runs it to its end.</summary>
/// <param name="console">Where it says what it does.</param>
/// <param name="shippedDirectory">Where the router's own files are, as a full path.</param>
/// <param name="workingDirectory">Where the admin is, as a full path.</param>
/// <param name="reloads">SIGHUP.</param>
internal sealed partial class StandAloneRouter(CommandConsole console, string shippedDirectory, string workingDirectory, ReloadSignal reloads)
{
    /// <summary>With fewer a router of some size runs out of them; the default of many shells and services is 1,024.</summary>
    private const int FewFiles = 4_096;

    /// <summary>Serves until the process is asked to end.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(StartArguments arguments)
    {
        using var ignored = FileSizeSignal.Ignore();
        try
        {
            var configuration = StandAloneConfiguration.Load(shippedDirectory, workingDirectory, arguments, console.Environment);
            if (configuration.Mistakes.Count + configuration.Taken.Count > 0)
            {
                return Refuse(configuration);
            }

            return await ServeAsync(configuration, arguments);
        }
        catch (Exception e) when (ConfigurationReport.Explain(e) is { } mistake)
        {
            ConfigurationReport.Write(console.Error, [mistake], workingDirectory);
            return RouterCommands.Failure;
        }
    }

    private async Task<int> ServeAsync(StandAloneConfiguration configuration, StartArguments arguments)
    {
        try
        {
            await using var app = Build(configuration, former => StandAloneConfiguration.ReadAgain(former, configuration.File, workingDirectory, arguments, console.Environment));
            await app.StartAsync();
            Announce(app, configuration);
            await app.WaitForShutdownAsync();
            return 0;       // the log has the last word, and is through when the host is disposed
        }
        catch (EventHistoryException e)
        {
            ConfigurationReport.Write(console.Error, [configuration.Explain(e)], workingDirectory);
            return RouterCommands.Failure;
        }
        catch (WampRouterConfigurationException e)
        {
            // Somebody took the address, or changed a certificate, between the look at it and now.
            ConfigurationReport.Write(console.Error, e.Mistakes, workingDirectory);
            return RouterCommands.Failure;
        }
    }

    /// <summary>The log says that the router has started; people who read it as plain lines are told how to try it as well.</summary>
    private void Announce(WebApplication app, StandAloneConfiguration configuration)
    {
        var logger = app.Services.GetRequiredService<ILogger<StandAloneRouter>>();
        var report = new StartupReport(configuration.Router, app.Services.GetRequiredService<RunningListeners>().Urls);
        Log.Started(logger, RouterCommands.Version, string.Join(", ", report.Addresses), string.Join(", ", configuration.Router.Realms.Select(realm => realm.Realm.Name)));
        if (report.Monitored.ToArray() is { Length: > 0 } monitored)
        {
            Log.Monitored(logger, string.Join(", ", monitored));
        }

        foreach (var note in configuration.Notes)
        {
            Log.Note(logger, ConfigurationReport.Shorten(note.ToString(), workingDirectory));
        }

        if (report.UnguardedRealms is { Length: > 0 } realms)
        {
            Log.Unguarded(logger, realms);
        }

        var memory = new MemoryPlan(configuration.Router, MemoryPlan.AvailableBytes);
        Log.Memory(logger, memory.IsTooMuch ? LogLevel.Warning : LogLevel.Information, memory);
        if (OpenFiles.Limit is { } files and < FewFiles)
        {
            Log.FewFiles(logger, files, EntryLimits.Of(configuration.Router.Options.Transports, files).Connections);
        }

        // Lines of another form are read by programs.
        if (configuration.Console.FormatterName.Equals(ConsoleFormatterNames.Simple, StringComparison.OrdinalIgnoreCase))
        {
            var lines = new StringWriter();
            report.Write(lines, configuration.SettingsFiles ?? $"no file: {configuration.File.FullPath} does not exist, so the defaults count");
            app.Services.GetRequiredService<ConsoleOutput>().Write(lines.ToString());
        }
    }

    private int Refuse(StandAloneConfiguration configuration)
    {
        ConfigurationReport.WriteNotes(console.Error, configuration.Notes, workingDirectory);
        ConfigurationReport.WriteLines(console.Error, configuration.Taken, workingDirectory);
        if (configuration.Mistakes.Count > 0)
        {
            ConfigurationReport.Write(console.Error, configuration.Mistakes, workingDirectory);
        }

        return RouterCommands.Failure;
    }

    private WebApplication Build(StandAloneConfiguration configuration, Func<RouterConfiguration, RouterConfiguration> again)
    {
        // Empty: the slim builder would read settings in its own way and write to the console in a form that no setting changes.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = configuration.File.Directory });

        // As appsettings.json has it, where the settings say nothing of it: what they say comes later and counts.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddConsoleLog(configuration.Settings.GetSection(LoggingSettings.SectionName), configuration.Console);

        // What keeps the host from starting is said above, in a line; the host would print its stack as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // Where the server takes connections from is no address: where the router listens it says itself.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(configuration.Histories);
        builder.Services.AddWampRouter(configuration.Router, again).AddSqliteHistories();
        builder.Services.AddHostedService<MemoryReturn>();
        builder.AddMonitoring(StandAloneSettings.Of(configuration.Router));
        builder.WebHost.UseKestrelCore().UseWampListeners();
        builder.Services.AddSingleton<IoBlocks>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(services => services.GetRequiredService<IoBlocks>());
        builder.Services.AddSingleton(reloads);
        builder.Services.AddSingleton<IHostLifetime, ShutdownSignals>();
        var app = builder.Build();
        app.MapWampListeners();
        return app;
    }

    private static partial class Log
    {
        [LoggerMessage(1260, LogLevel.Information, "WampRouter {Version} has started; it listens at {Addresses}, its realms are {Realms}")]
        public static partial void Started(ILogger logger, string version, string addresses, string realms);

        [LoggerMessage(1259, LogLevel.Information, "Metrics and health are served at {Urls}")]
        public static partial void Monitored(ILogger logger, string urls);

        [LoggerMessage(1261, LogLevel.Warning, "{Note}")]
        public static partial void Note(ILogger logger, string note);

        [LoggerMessage(1262, LogLevel.Information, "If a reverse proxy on this machine passes clients on, set BehindProxy for its listener: 'loopbackOnly' of {Realms} would take them for local ones")]
        public static partial void Unguarded(ILogger logger, string realms);

        [LoggerMessage(EventId = 1263, Message = "Memory: {Plan}")]
        public static partial void Memory(ILogger logger, LogLevel level, MemoryPlan plan);

        [LoggerMessage(1264, LogLevel.Warning, "Only {Files} files can be opened, that is {Connections} connections; more with ulimit -n, or LimitNOFILE= of a systemd service")]
        public static partial void FewFiles(ILogger logger, int files, int connections);
    }
}
