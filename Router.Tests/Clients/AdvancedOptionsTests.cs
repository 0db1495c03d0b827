using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Options as they are on the wire.</summary>
internal sealed class AdvancedOptionsTests
{
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    [Shows("bwlist.publisher")]
    public async Task PublishAsync_EveryOption_IsSent()
    {
        await _joined.Client.PublishAsync("com.example.t", [1], new WampPublishOptions
        {
            Retain = true,
            Exclude = [1, 2],
            ExcludeAuthId = ["anna"],
            ExcludeAuthRole = ["guest"],
            Eligible = [],
            EligibleAuthId = ["bob"],
            EligibleAuthRole = ["staff"],
            ResourceKey = "house-7",
        });

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo(
            """[16,1,{"retain":true,"exclude":[1,2],"exclude_authid":["anna"],"exclude_authrole":["guest"],"eligible":[],"eligible_authid":["bob"],"eligible_authrole":["staff"],"rkey":"house-7"},"com.example.t",[1]]"""));
    }

    [Test]
    public async Task PublishOptions_ListChangedAfterwards_KeepWhatTheyWereGiven()
    {
        var list = new List<long> { 7 };
        var options = new WampPublishOptions { Eligible = list };
        list.Clear();

        await _joined.Client.PublishAsync("com.example.t", options: options);

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{"eligible":[7]},"com.example.t"]"""));
    }

    [Test]
    [Shows("passthru.publisher")]
    public async Task PublishAsync_Passthru_SaysHowThePayloadIsMade()
    {
        var passthru = new WampPassthru("x_mine") { Serializer = "cbor", Cipher = "secret", KeyId = "k1" };

        await _joined.Client.PublishAsync("com.example.t", new WampPayload { 1 }.WithPassthru(passthru));

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo(
            """[16,1,{"ppt_scheme":"x_mine","ppt_serializer":"cbor","ppt_cipher":"secret","ppt_keyid":"k1"},"com.example.t",[1]]"""));
    }

    [Test]
    public async Task CallAsync_EveryOption_IsSent()
    {
        var options = new WampCallOptions { DiscloseMe = true, Timeout = TimeSpan.FromSeconds(1.5), ResourceKey = "house-7" };
        var call = _joined.Client.CallAsync("com.example.p", [1], options);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo(
            """[48,1,{"disclose_me":true,"timeout":1500,"runmode":"partition","rkey":"house-7"},"com.example.p",[1]]"""));
        await call.Soon();
    }

    [Test]
    [Shows("timeout.callee", "call-trust.callee")]
    public async Task RegisterAsync_EveryOption_IsSent()
    {
        var options = new WampRegisterOptions { DiscloseCaller = true, ForceReregister = true, ForwardTimeout = true, RouterConcurrency = 3, NodeKey = 7 };
        var registering = _joined.Client.RegisterAsync("com.example.p", (WampInvocation call) => $"{call.Timeout} {call.TrustLevel}", options);

        Assert.That(await _joined.Peer.AnswerAsync("[65,$,701]"), Is.EqualTo(
            """[64,1,{"disclose_caller":true,"force_reregister":true,"forward_timeout":true,"concurrency":3,"nkey":7},"com.example.p"]"""));
        await registering.Soon();
        await _joined.Peer.SendAsync("""[68,1,701,{"timeout":1500,"trustlevel":2}]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,1,{},["00:00:01.5000000 2"]]"""));
    }

    [Test]
    public async Task SubscribeAsync_RetainedWanted_AsksForThemEachTimeAndGivesThemToWhoAsked()
    {
        var wants = new WampSubscribeOptions { GetRetained = true, NodeKey = 5 };
        var (plain, first, second) = (new Received(), new Received(), new Received());
        await SubscribeAsync(plain, new WampSubscribeOptions { NodeKey = 5 }, """[32,1,{"nkey":5},"com.example.t"]""");
        await SubscribeAsync(first, wants, """[32,2,{"get_retained":true,"nkey":5},"com.example.t"]""");
        await _joined.Peer.SendAsync("""[36,501,1,{"retained":true}]""");
        await SubscribeAsync(second, wants, """[32,3,{"get_retained":true,"nkey":5},"com.example.t"]""");
        await _joined.Peer.SendAsync("""[36,501,1,{"retained":true}]""");
        await _joined.Peer.SendAsync("[36,501,2,{}]");

        await plain.ReachAsync(1);
        await first.ReachAsync(2);
        await second.ReachAsync(2);
        Assert.That(plain.Publications, Is.EqualTo(new[] { 2L }));
        Assert.That(first.Publications, Is.EqualTo(new[] { 1L, 2L }));
        Assert.That(second.Publications, Is.EqualTo(new[] { 1L, 2L }));
    }

    [Test]
    public async Task SubscribeAsync_OtherNodeKeyForTheSameTopic_IsRefused()
    {
        await SubscribeAsync(new Received(), new WampSubscribeOptions { NodeKey = 5 }, """[32,1,{"nkey":5},"com.example.t"]""");

        Assert.ThrowsAsync<InvalidOperationException>(() => _joined.Client.SubscribeAsync("com.example.t", new WampSubscribeOptions { NodeKey = "other" }));
    }

    private async Task SubscribeAsync(Received received, WampSubscribeOptions options, string expected)
    {
        var subscribing = _joined.Client.SubscribeAsync("com.example.t", received.Add, options);
        Assert.That(await _joined.Peer.AnswerAsync("[33,$,501]"), Is.EqualTo(expected));
        await subscribing.Soon();
    }
}
