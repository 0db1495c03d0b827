using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using WampRouter.Configuration;
using WampRouter.Configuration.Commands;
using WampRouter.Logging;
using WampRouter.Sessions;

namespace WampRouter;

/// <summary>The router as a program: starts it if nothing speaks against it, and runs it to its end.</summary>
/// <param name="console">Where it says what it does.</param>
/// <param name="shippedDirectory">Where the router's own files are, as a full path.</param>
/// <param name="workingDirectory">Where the admin is, as a full path.</param>
internal sealed class StandAloneRouter(CommandConsole console, string shippedDirectory, string workingDirectory)
{
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

            await using var app = Build(configuration);
            await app.StartAsync();
            var output = app.Services.GetRequiredService<ConsoleOutput>();
            var report = new StringWriter();
            StartupReport.Write(report, configuration.Router, configuration.File.FullPath, app.Urls);
            output.Write(report.ToString());
            await app.WaitForShutdownAsync();
            output.Write($"WampRouter has stopped.{Environment.NewLine}");
            return 0;
        }
        catch (Exception e) when (ConfigurationReport.Explain(e) is { } mistake)
        {
            ConfigurationReport.Write(console.Error, [mistake], workingDirectory);
            return RouterCommands.Failure;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Somebody took the address between the look at it and now.
            console.Error.WriteLine($"The router cannot listen: {e.Message}");
            return RouterCommands.Failure;
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

    private static WebApplication Build(StandAloneConfiguration configuration)
    {
        // Empty: the slim builder would read settings in its own way and write to the console in a form that no setting changes.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = configuration.File.Directory });
        builder.Logging.AddConsoleLog(configuration.Settings.GetSection(LoggingSettings.SectionName), configuration.Console);

        // What keeps the host from starting is said above, in a line; the host would print its stack as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddRouting();
        builder.Services.AddWampRouter(configuration.Router);
        builder.Services.AddHostedService<MemoryReturn>();
        builder.WebHost.UseKestrelCore().UseWampListeners(configuration.Router.Options, configuration.Router.FilePlaces);
        builder.Services.AddSingleton<IoBlocks>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(services => services.GetRequiredService<IoBlocks>());

        // After the router's own bound the host drops whoever is left, such as those who have not said what they want.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Router.Options.Sessions.LongestShutdown + WampSessionOptions.ClosingTime);
        builder.Services.AddSingleton<ShutdownSignals>();
        var app = builder.Build();
        app.MapWampListeners(configuration.Router);
        app.Services.GetRequiredService<ShutdownSignals>();
        return app;
    }
}
