using Microsoft.AspNetCore.Http.Connections;

namespace WampRouter.Benchmarks.Peers;

/// <summary>The <c>signalr</c> command.</summary>
internal static class SignalRServer
{
    /// <summary>Calls may run side by side, or a caller would have one in flight at a time.</summary>
    public const string CallPath = "/calls";

    /// <summary>Publications of one client run one after the other, as is SignalR's default: it promises no order otherwise.</summary>
    public const string EventPath = "/events";

    private const int ParallelCallsPerClient = 64;

    public static Task<int> RunAsync(CommandOptions options) => OwnServer.RunAsync(
        options,
        services =>
        {
            services.AddSingleton<ProcedureDirectory>();
            services.AddSignalR().AddHubOptions<SignalRCallHub>(
                hub => hub.MaximumParallelInvocationsPerClient = ParallelCallsPerClient);
        },
        map: app =>
        {
            app.MapHub<SignalRCallHub>(CallPath, endpoint => endpoint.Transports = HttpTransportType.WebSockets);
            app.MapHub<SignalREventHub>(EventPath, endpoint => endpoint.Transports = HttpTransportType.WebSockets);
        });
}
