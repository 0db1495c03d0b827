using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>A router that gives a connection up says why, and the application hears it.</summary>
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

        var error = Assert.CatchAsync<WampConnectionException>(() => client.PublishAcknowledgedAsync("com.example.large", [new string('x', 2_000_000)]).Soon())!;

        Assert.That(error.Message, Does.Contain("1009").And.Contain("at most 1048576 bytes"));
        Assert.That(error.Message, isResumable ? Does.EndWith("could not resume the session.") : Does.StartWith("The connection was lost: "));
    }
}
