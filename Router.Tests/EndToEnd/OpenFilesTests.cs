using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The router where the system lets it open few files, and more clients come than that.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class OpenFilesTests(RouterBuild build)
{
    private const int Files = 256;

    [Test]
    public async Task Clients_MoreThanFiles_IsSaidOnceAndThoseInsideAreServed()
    {
        var directory = RouterProcess.CreateDirectory();
        await using var process = ChildProcess.Start(
            ["bash", "-c", $"ulimit -n {Files}; exec \"$@\"", "router", .. BuiltFiles.Router(build)],
            ["--WampRouter:Listeners:0:Url=http://127.0.0.1:0", "--WampRouter:Transports:MaxConnections=1000", "--WampRouter:Transports:MaxHandshakes=1000", "--WampRouter:Transports:HandshakeTimeout=00:01:00"],
            directory);
        await process.PrintedAsync($"Only {Files} files can be opened");
        var address = new Uri((await process.PrintedAsync(@"ws://127\.0\.0\.1:\d+/ws")).Value);
        await using var inside = new WampClient(new WampClientOptions { Transport = new WampWebSocketTransport(address), Realm = "realm1", Reconnect = null });
        await inside.ConnectAsync();
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < Files; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            }

            await process.PrintedAsync($@"can accept nobody: no more files can be opened, the process may have {Files}.*ulimit -n, LimitNOFILE");
            using var router = Process.GetProcessById(process.Id);
            var (usedBefore, clock) = (router.TotalProcessorTime, Stopwatch.StartNew());
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (clock.Elapsed < TimeSpan.FromSeconds(2) && await pace.WaitForNextTickAsync())
            {
                await inside.CallAsync("wamp.session.count").WaitAsync(TimeSpan.FromSeconds(10));
            }

            router.Refresh();
            Assert.That((router.TotalProcessorTime - usedBefore) / clock.Elapsed, Is.LessThan(0.5), "of a core: it waits, and does not try all the time");
            Assert.That(process.Output.Concat(process.Errors).Count(line => line.Contains("can accept nobody", StringComparison.Ordinal)), Is.EqualTo(1));
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        await using var newcomer = new WampClient(new WampClientOptions { Transport = new WampWebSocketTransport(address), Realm = "realm1", Reconnect = null });
        await newcomer.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await process.PrintedAsync("accepts again, after");
        Directory.Delete(directory, recursive: true);
    }
}
