using WampRouter.Client;

namespace WampRouter.Tests.Clients;

internal sealed class ReconnectPolicyTests
{
    [TestCase("wamp.error.no_such_realm", true)]
    [TestCase("wamp.error.no_such_principal", true)]
    [TestCase("wamp.error.no_auth_method", true)]
    [TestCase("wamp.error.authorization_denied", true)]
    [TestCase("wamp.error.invalid_uri", true)]
    [TestCase("wamp.error.authentication_failed", false)]
    [TestCase("wamp.error.network_failure", false)]
    [TestCase("com.example.full", false)]
    public void IsRefusal_Reason_SaysWhetherTryingAgainIsOfUse(string reason, bool isRefusal) =>
        Assert.That(new WampConnectionException(reason, "said the router").IsRefusal, Is.EqualTo(isRefusal));

    [TestCase("InitialDelay")]
    [TestCase("MaxDelay")]
    [TestCase("MaxAttempts")]
    [TestCase("WhenRefused")]
    [TestCase("MaxDelay must be at most 49 days")]
    public void Constructor_InvalidPolicy_NamesTheMistake(string named)
    {
        var policy = named switch
        {
            "InitialDelay" => new WampReconnectPolicy { InitialDelay = TimeSpan.Zero },
            "WhenRefused" => new WampReconnectPolicy { WhenRefused = (WampRefusedBehavior)7 },
            "MaxDelay must be at most 49 days" => new WampReconnectPolicy { MaxDelay = TimeSpan.MaxValue },
            "MaxDelay" => new WampReconnectPolicy { MaxDelay = TimeSpan.FromMilliseconds(1) },
            _ => new WampReconnectPolicy { MaxAttempts = 0 },
        };

        Assert.That(
            () => new WampClient(new WampClientOptions { Transport = new WampWebSocketTransport(new Uri("ws://localhost")), Realm = "r", Reconnect = policy }),
            Throws.ArgumentException.With.Message.Contains($"Reconnect.{named}"));
    }
}
