using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>What SIGTERM means to a router with clients.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class ShutdownTests(RouterBuild build)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string ForGood = "--WampRouter:Sessions:Shutdown=goodbye";

    [Test]
    public async Task Terminate_ByDefault_ConnectionsCloseForARestart()
    {
        await using var router = await RouterProcess.StartAsync(build);

        Assert.That(await router.StopAsync(), Is.EqualTo((0, "code 1012")));
    }

    [Test]
    [Shows("field.shutdown-reason", "error-uri.system-shutdown")]
    public async Task Terminate_ForGood_SaysGoodbyeAndExitsWith0()
    {
        await using var router = await RouterProcess.StartAsync(build, settings: ForGood);

        Assert.That(await router.StopAsync(), Is.EqualTo((0, "wamp.close.system_shutdown")));
    }

    [TestCase("restart")]
    [TestCase("goodbye")]
    public async Task Terminate_OpenCallAndClientsThatSayNothing_TakesLessThanTenSeconds(string shutdown)
    {
        await using var router = await RouterProcess.StartAsync(build, settings: $"--WampRouter:Sessions:Shutdown={shutdown}");
        await using var callee = await router.JoinAsync();
        await using var caller = await router.JoinAsync();
        await CallEndlesslyAsync(callee, caller);
        using var silent = await ConnectAsync(router, "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n");
        using var undecided = await ConnectAsync(router, string.Empty);

        var started = Stopwatch.GetTimestamp();
        router.Terminate();
        var exitCode = await router.ExitAsync();

        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(exitCode, Is.Zero);
        Assert.That(router.ToString(), Does.Contain("calls cut off: 1,"));
    }

    [Test]
    public async Task HangUp_DuringTheShutdown_DoesNothingAndSaysSoOnce()
    {
        await using var router = await RouterProcess.StartAsync(build, settings: ["--WampRouter:Sessions:DrainTimeout=00:10:00", "--WampRouter:ReloadOnChange=false"]);
        await using var callee = await router.JoinAsync();
        await using var caller = await router.JoinAsync();
        await CallEndlesslyAsync(callee, caller);
        await File.WriteAllTextAsync(
            Path.Combine(router.WorkingDirectory, "config", "realms", "late.json"), """{ "name": "late", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } } }""");

        router.Terminate();
        await router.PrintedAsync("Shutting down");
        await router.ReloadAsync("The configuration is not read again, for SIGHUP, because the router is shutting down");
        await router.ReloadAsync("is shutting down");
        router.Terminate();
        await router.ExitAsync();

        Assert.That(router.ToString().Split('\n').Count(line => line.Contains("is not read again", StringComparison.Ordinal)), Is.EqualTo(1), router.ToString());
        Assert.That(router.ToString(), Does.Not.Contain("realm late"));
    }

    [Test]
    public async Task Terminate_Twice_EndsAtOnce()
    {
        await using var router = await RouterProcess.StartAsync(build, settings: ["--WampRouter:Sessions:DrainTimeout=00:10:00"]);
        await using var callee = await router.JoinAsync();
        await using var caller = await router.JoinAsync();
        await CallEndlesslyAsync(callee, caller);

        router.Terminate();
        await router.PrintedAsync("Shutting down");
        router.Terminate();

        Assert.That(await router.ExitAsync(), Is.EqualTo(128 + 15));
        Assert.That(router.ToString(), Does.Contain("SIGTERM came during the shutdown: the router ends at once"), "it was written before the end");
    }

    [Test]
    public async Task Terminate_CallUnderWay_IsAnsweredBeforeTheEnd()
    {
        await using var router = await RouterProcess.StartAsync(build);
        await using var callee = await router.JoinAsync();
        await using var caller = await router.JoinAsync();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await callee.RegisterAsync("com.example.test.slow", async (WampInvocation _) =>
        {
            called.SetResult();
            await router.PrintedAsync("Shutting down");
            return (WampPayload?)["done"];
        });

        var answer = caller.CallAsync<string>("com.example.test.slow");
        await called.Task.WaitAsync(Patience);
        var (exitCode, goodbye) = await router.StopAsync();

        Assert.That(await answer.WaitAsync(Patience), Is.EqualTo("done"));
        Assert.That(exitCode, Is.Zero);
        Assert.That(goodbye, Is.EqualTo("code 1012"));
    }

    /// <summary>Completes when the call is under way.</summary>
    private static async Task CallEndlesslyAsync(WampClient callee, WampClient caller)
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await callee.RegisterAsync("com.example.test.endless", async (WampInvocation invocation) =>
        {
            called.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(invocation.CancellationToken);
            return (WampPayload?)null;
        });
        _ = caller.CallAsync("com.example.test.endless").ContinueWith(call => call.Exception, TaskScheduler.Default);
        await called.Task.WaitAsync(Patience);
    }

    private static async Task<Socket> ConnectAsync(RouterProcess router, string request)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, router.WebSocket.Port).WaitAsync(Patience);
        if (request.Length > 0)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            await socket.ReceiveAsync(new byte[1024]).WaitAsync(Patience);
        }

        return socket;
    }
}
