using WampRouter;
using WampRouter.Configuration;
using WampRouter.Configuration.Commands;

var contentRoot = AppContext.BaseDirectory;
var workingDirectory = Environment.CurrentDirectory;
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

    builder.Services.AddWampRouter(configuration);
    builder.WebHost.UseWampListeners(configuration.Options, contentRoot);

    var app = builder.Build();
    app.MapWampListeners(configuration.Options);
    await app.StartAsync();
    StartupReport.Write(Console.Out, configuration, app.Urls);
    await app.WaitForShutdownAsync();
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
    return RouterCommands.Failure;
}
