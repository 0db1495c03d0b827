using WampRouter;
using WampRouter.Configuration;
using WampRouter.Configuration.Commands;
using WampRouter.Sessions;

// An appsettings.json in the working directory is the one an admin stands before; the shipped one lies beside the executable.
var workingDirectory = Environment.CurrentDirectory;
var contentRoot = File.Exists(Path.Combine(workingDirectory, "appsettings.json")) ? workingDirectory : AppContext.BaseDirectory;
if (RouterCommands.TryRunCommand(args, CommandConsole.ForProcess(), contentRoot, workingDirectory) is { } exitCode)
{
    return exitCode;
}

try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = contentRoot });
    var configuration = RouterConfiguration.Load(builder.Configuration, contentRoot, workingDirectory);
    if (configuration.Mistakes.Count > 0)
    {
        ConfigurationReport.Write(Console.Error, configuration.Mistakes, workingDirectory);
        return RouterCommands.Failure;
    }

    if (configuration.Options.Listeners.Count == 0)
    {
        configuration.Options.Listeners.Add(ListenerOptions.Default);
    }

    // What keeps the host from starting is said below, in a line; the host would print its stack as well.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    builder.Services.AddWampRouter(configuration);
    builder.WebHost.UseWampListeners(configuration.Options, contentRoot);

    // After the router's own bound the host drops whoever is left, such as those who have not said what they want.
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Options.Sessions.LongestShutdown + WampSessionOptions.ClosingTime);
    builder.Services.AddSingleton<ShutdownSignals>();

    var app = builder.Build();
    app.MapWampListeners(configuration);
    app.Services.GetRequiredService<ShutdownSignals>();
    await app.StartAsync();
    StartupReport.Write(Console.Out, configuration, contentRoot, app.Urls);
    await app.WaitForShutdownAsync();
    Console.Out.WriteLine("WampRouter has stopped.");
    return 0;
}
catch (Exception e) when (ConfigurationReport.Explain(e) is { } mistake)
{
    ConfigurationReport.Write(Console.Error, [mistake], workingDirectory);
    return RouterCommands.Failure;
}
catch (IOException e)
{
    // An address that is in use, most often.
    Console.Error.WriteLine($"The router cannot listen: {e.Message}");
    Console.Error.WriteLine($"Where it listens is said by WampRouter:Listeners in {Path.Combine(contentRoot, "appsettings.json")}, or by --WampRouter:Listeners:0:Url http://127.0.0.1:9000");
    return RouterCommands.Failure;
}
