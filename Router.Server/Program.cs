using WampRouter.Server;
using WampRouter.Server.Commands;
using WampRouter.Server.Machine;

// Before everything else: a SIGHUP that nobody has taken ends the process, and files that are opened could get the numbers of the standard streams.
using var reloads = RouterCommands.IsStart(args) ? new ReloadSignal() : null;
StandardStreams.Claim();
return await RouterProgram.RunAsync(args, reloads);
