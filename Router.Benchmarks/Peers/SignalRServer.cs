using Microsoft.AspNetCore.Http.Connections;

namespace WampRouter.Benchmarks.Peers;

/// <summary>The <c>signalr</c> command.</summary>
internal static class SignalRServer
{
    /// <summary>Calls may run side by side, or a caller would have one in flight at a time.</summary>
    public const string CallPath = "/calls";

    /// <summary>Publications of one client run one after the other (SignalR's default), or events would overtake each other.</summary>
    public const string EventPath = "/events";

    private const int ParallelCallsPerClient = 64;

    public static Task<int> RunAsync(int port) => OwnServer.RunAsync(
        port,
        services =>
        {
            services.AddSingleton<ProcedureDirectory>();
            services.AddSignalR().AddHubOptions<SignalRCallHub>(
                options => options.MaximumParallelInvocationsPerClient = ParallelCallsPerClient);
        },
        map: app =>
        {
            app.MapHub<SignalRCallHub>(CallPath, options => options.Transports = HttpTransportType.WebSockets);
            app.MapHub<SignalREventHub>(EventPath, options => options.Transports = HttpTransportType.WebSockets);
        });
}
