using WampRouter;
using WampRouter.Configuration.Commands;

// An appsettings.json in the working directory is the one an admin stands before; the shipped one lies beside the executable.
var workingDirectory = Environment.CurrentDirectory;
var contentRoot = File.Exists(Path.Combine(workingDirectory, "appsettings.json")) ? workingDirectory : AppContext.BaseDirectory;
var console = CommandConsole.ForProcess();
return new RouterCommands(console, contentRoot, workingDirectory).TryRun(args, out var settings, out var exitCode)
    ? exitCode
    : await new StandAloneRouter(console, contentRoot, workingDirectory).RunAsync(settings);
