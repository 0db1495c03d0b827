using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The sample application that hosts the router and a service in one process.</summary>
[Category("EndToEnd")]
public sealed class EmbeddedHostTests
{
    [Test]
    [Shows("transports.same-messages", "transport.several")]
    public async Task Call_ServiceInsideTheHost_IsAnsweredOverWebSocket()
    {
        await using var host = ChildProcess.Start(BuiltFiles.Client("EmbeddedHost"), ["--urls", "http://127.0.0.1:0"]);
        var address = await host.PrintedAsync(@"listening on: http(://127\.0\.0\.1:\d+)");
        await using var client = new WampClient(new Uri($"ws{address.Groups[1].Value}/ws"), "realm1");
        await client.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(10));

        var greeting = await client.CallAsync<string>("com.example.greet", ["Ada"]).WaitAsync(TimeSpan.FromSeconds(10));
        host.Terminate();

        Assert.That(greeting, Is.EqualTo("Hello, Ada!"));
        Assert.That(await host.ExitAsync(), Is.Zero);
    }
}
