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

    [Test]
    [Shows("field.shutdown-reason", "error-uri.system-shutdown")]
    public async Task Terminate_ClientConnected_SaysGoodbyeAndExitsWith0()
    {
        await using var router = await RouterProcess.StartAsync(build);

        var (exitCode, goodbye) = await router.StopAsync();

        Assert.That(exitCode, Is.Zero);
        Assert.That(goodbye, Is.EqualTo("wamp.close.system_shutdown"));
    }

    [Test]
    public async Task Terminate_CallUnderWay_IsAnsweredBeforeGoodbye()
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
        Assert.That(goodbye, Is.EqualTo("wamp.close.system_shutdown"));
    }
}
