using WampRouter.Server;
using WampRouter.Server.Commands;

var console = CommandConsole.ForProcess();
var (shipped, working) = (AppContext.BaseDirectory, Environment.CurrentDirectory);
return new RouterCommands(console, shipped, working).TryRun(args, out var arguments, out var exitCode)
    ? exitCode
    : await new StandAloneRouter(console, shipped, working).RunAsync(arguments);
