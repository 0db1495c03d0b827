using System.Runtime.InteropServices;
using WampRouter.Benchmarks;
using WampRouter.Benchmarks.Micro;
using WampRouter.Benchmarks.Peers;

const string usage = """
    dotnet run -c Release --project Router.Benchmarks -- COMMAND

      compare   [--rounds N] [--seconds S] [--quick] [--only ROW,ROW] [--peers relay,router,router-aot,signalr]
                [--peer NAME=ws://HOST:PORT/PATH[#pid=ID&realm=REALM]] [--sessions N] [--router DLL] [--router-aot FILE]
                [--json FILE] [--markdown FILE]
      micro     [--filter *Wire*] and whatever else BenchmarkDotNet takes
      relay     [--port N]      the relay alone
      signalr   [--port N]      the SignalR peer alone
      echo      [--port N]      a WebSocket echo on the router's transport, for protocol test suites
    """;

if (args is not [var command, ..])
{
    Console.Error.WriteLine(usage);
    return 2;
}

// Whatever ends this process ends the servers it started.
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => ServerProcess.EndAll());
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => ServerProcess.EndAll());
AppDomain.CurrentDomain.ProcessExit += (_, _) => ServerProcess.EndAll();
try
{
    if (command == "micro")
    {
        return MicroCommand.Run(args[1..]);
    }

    var line = new CommandOptions(args.AsSpan(1));
    switch (command)
    {
        case "compare":
            using (var compare = new CompareCommand(CompareOptions.Read(line), TimeProvider.System))
            {
                return await compare.RunAsync();
            }

        case PeerCatalog.Relay:
            return await RelayServer.RunAsync(line);
        case "echo":
            return await EchoServer.RunAsync(line);
        case PeerCatalog.SignalR:
            return await SignalRServer.RunAsync(line);
        default:
            throw new ArgumentException($"'{command}' is not a command");
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(usage);
    return 2;
}
