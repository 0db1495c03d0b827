namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Calls of procedures, and publications to topics, that nobody knows, each with another long URI.</summary>
internal sealed class UnknownUris() : Attack("unknown URIs", memoryBound: 192)
{
    private const int Uris = 20_000;
    private const int UriBytes = 900;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => EndQuietlyAsync(async () =>
    {
        using var socket = await HostileSocket.JoinAsync(router);
        var reading = socket.AwaitEndAsync(over);
        var name = new string('u', UriBytes);
        for (var i = 1; i <= Uris * scale && !over.IsCancellationRequested; i += 2)
        {
            await socket.SendRawAsync((byte[])[.. HostileSocket.Frame($$"""[16,{{i}},{},"com.{{name}}{{i}}"]"""), .. HostileSocket.Frame($$"""[48,{{i + 1}},{},"com.{{name}}{{i}}"]""")], over);
        }

        await reading;
    });
}
