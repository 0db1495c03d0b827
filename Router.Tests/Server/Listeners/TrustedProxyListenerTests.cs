using WampRouter.Server.Configuration;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>Who is believed at a listener behind a proxy, over real sockets: those of 127.0.0.2 play the proxy.</summary>
public sealed class TrustedProxyListenerTests
{
    private const string AnyPort = "http://127.0.0.1:0";

    private static readonly (string, string) Claim = ("X-Forwarded-For", "198.51.100.1, 203.0.113.9");

    [Test]
    public async Task Client_OfATrustedProxy_IsWhereTheProxySays()
    {
        await using var rig = await StartAsync("127.0.0.2");
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", headers: [Claim, ("X-Forwarded-Proto", "https")]);

        var transport = await client.TransportAsync();

        Assert.That((transport["peer"].GetString(), transport["secure"].GetBoolean()), Is.EqualTo(("203.0.113.9", true)));
    }

    [Test]
    public async Task Client_ThatForgesAHeader_IsWhereItComesFrom()
    {
        await using var rig = await StartAsync("127.0.0.2");
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.3", headers: [Claim, ("X-Forwarded-Proto", "https")]);

        var transport = await client.TransportAsync();

        Assert.That(transport["peer"].GetString(), Does.StartWith("127.0.0.3:"));
        Assert.That(transport["secure"].GetBoolean(), Is.False);
        Assert.That(rig.Log.Of(1127).Single(), Does.Contain("WampRouter:Listeners:0:TrustedProxies has 127.0.0.2"));
    }

    [Test]
    public async Task Client_ProxiesAreNotSet_ThoseOfThisMachineAreBelieved()
    {
        await using var rig = await StartAsync();
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.3", headers: Claim);

        Assert.That(await client.PeerAsync(), Is.EqualTo("203.0.113.9"));
    }

    [Test]
    public async Task Reload_OtherProxies_AreBelievedOfThoseWhoConnectFromThenOn()
    {
        await using var rig = await StartAsync("127.0.0.2");

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort, BehindProxy = true, TrustedProxies = ["127.0.0.3", "10.0.0.0/8"] });
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.3", headers: Claim);

        Assert.That(reload.Changes.Single(), Is.EqualTo($"listener {rig.Urls[0]}: TrustedProxies is 127.0.0.3, 10.0.0.0/8 now, it was 127.0.0.2; this counts for those who connect from now on"));
        Assert.That(await client.PeerAsync(), Is.EqualTo("203.0.113.9"));
    }

    private static Task<ListenerRig> StartAsync(params string[] trusted) => ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort, BehindProxy = true, TrustedProxies = trusted });
}
