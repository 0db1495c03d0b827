using WampRouter.Client;

namespace WampRouter.Tests.Clients;

internal sealed class ReconnectPolicyTests
{
    [TestCase("InitialDelay")]
    [TestCase("MaxDelay")]
    [TestCase("MaxAttempts")]
    public void Constructor_InvalidPolicy_NamesTheMistake(string named)
    {
        var policy = named switch
        {
            "InitialDelay" => new WampReconnectPolicy { InitialDelay = TimeSpan.Zero },
            "MaxDelay" => new WampReconnectPolicy { MaxDelay = TimeSpan.FromMilliseconds(1) },
            _ => new WampReconnectPolicy { MaxAttempts = 0 },
        };

        Assert.That(
            () => new WampClient(new WampClientOptions { Transport = new WampWebSocketTransport(new Uri("ws://localhost")), Realm = "r", Reconnect = policy }),
            Throws.ArgumentException.With.Message.Contains($"Reconnect.{named}"));
    }
}
