using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>What is too large for the router costs itself: the application hears it, and the session goes on.</summary>
internal sealed class TooLargeTests
{
    [Test]
    public async Task PublishAcknowledgedAsync_LargerThanTheRouterTakes_SaysSo([Values] bool isResumable)
    {
        await using var router = await RunningRouter.StartAsync();
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = router.Transport(Way.WebSocket),
            Realm = RunningRouter.OpenRealm,
            Reconnect = isResumable ? new WampReconnectPolicy { InitialDelay = TimeSpan.FromMilliseconds(1) } : null,
            Resumption = isResumable ? new WampResumption() : null,
        });
        await client.ConnectAsync().Soon();

        var error = Assert.CatchAsync<WampException>(() => client.PublishAcknowledgedAsync("com.example.large", [new string('x', 2_000_000)]).Soon())!;

        Assert.That(error.ErrorUri, Is.EqualTo("wamp.error.payload_size_exceeded"));
        Assert.That(error.Message, Does.Contain("at most 1048576"));
        Assert.That(await client.PublishAcknowledgedAsync("com.example.large", ["small"]).Soon(), Is.Positive);
    }
}
