using WampRouter.Sessions.Connections;
using WampRouter.Transports;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;

namespace WampRouter.Benchmarks.Peers;

/// <summary>The <c>relay</c> command: <see cref="RelaySession"/> behind the router's front door.</summary>
internal static class RelayServer
{
    public static Task<int> RunAsync(CommandOptions options) => OwnServer.RunAsync(
        options,
        services => services
            .AddTransports(new TransportOptions())
            .AddSingleton<RelayTable>()
            .AddSingleton<IReceiverFactory, RelaySessions>(),
        listener => listener.UseFrontDoor(listener.ApplicationServices.GetRequiredService<WebSocketEntrance>(), "/ws"));

    private sealed class RelaySessions(RelayTable table) : IReceiverFactory
    {
        public IMessageReceiver Create(IConnection connection) => new RelaySession(table, connection.Outbox);
    }
}
