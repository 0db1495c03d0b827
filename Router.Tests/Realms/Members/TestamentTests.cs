using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Realms.Meta;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Members;

/// <summary>rfc/text/advanced/pubsub_testament.md</summary>
public sealed class TestamentTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxTestamentsPerSession = 4, MaxTestamentBytesPerSession = 4 * 200 } });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("testament.several", "testament.order", "testament.detached-first", "testament.add-default", "testament.after-the-session")]
    public void Leave_TestamentsOfBothScopes_DetachedComeFirstEachInTheOrderAdded()
    {
        var (heir, peer) = (_router.Join(), _router.Join());
        heir.Subscribe("com.will");
        heir.Subscribe("wamp.session.on_leave");

        Add(peer, """["com.will",["destroyed 1"],{}],{"scope":"destroyed"}""");
        Add(peer, """["com.will",["detached 1"],{}],{"scope":"detached"}""");
        Add(peer, """["com.will",["destroyed 2"]]""");
        Add(peer, """["com.will",["detached 2"],null],{"scope":"detached","publish_options":null}""");
        Assert.That(heir.Take(), Is.Empty);
        peer.Disconnect();

        var events = heir.TakeEvents();
        Assert.That(events.Take(4), Is.EqualTo(new[] { """["detached 1"]""", """["detached 2"]""", """["destroyed 1"]""", """["destroyed 2"]""" }));
        Assert.That(events, Has.Count.EqualTo(5), "on_leave is the last that is heard of a session");
    }

    [TestCase("""["com.will"]""", "")]
    [TestCase("""["com.will",[],{}]""", "")]
    [TestCase("""["com.will",[1, "two"],{}]""", """,[1, "two"]""")]
    [TestCase("""["com.will",[],{"a": [1.50]}]""", """,[],{"a": [1.50]}""")]
    [TestCase("""["com.will",null,{"a":1}]""", """,[],{"a":1}""")]
    [TestCase("""["com.will" , [1] , {"a":1} ]""", """,[1],{"a":1}""")]
    [Shows("testament.add")]
    public void Leave_AnyArguments_ArePublishedAsGiven(string payload, string published)
    {
        var (heir, peer) = (_router.Join(), _router.Join());
        heir.Subscribe("com.will");
        Add(peer, payload);

        peer.Disconnect();

        var message = heir.Take().Single();
        Assert.That(message[message.IndexOf('{', StringComparison.Ordinal)..], Is.EqualTo($"{{}}{published}]"));
    }

    [Test]
    [Shows("testament.options", "testament.acknowledge")]
    public void Leave_PublishOptions_AreRespected()
    {
        var heir = _router.Join();
        heir.Subscribe("com.will");
        var (excluded, shunned) = _router.JoinNamed();
        excluded.Subscribe("com.will");
        var (peer, session) = _router.JoinNamed();
        Add(peer, $$$"""["com.will",["x"]],{"publish_options":{"acknowledge":true,"disclose_me":true,"retain":true,"exclude":[{{{shunned}}}]}}""");

        peer.Send("""[6,{},"wamp.close.normal"]""");

        Assert.That(peer.Take(), Is.EqualTo(new[] { """[6,{},"wamp.close.goodbye_and_out"]""" }), "nobody is left to acknowledge to");
        Assert.That(heir.Take().Single(), Does.Contain($"\"publisher\":{session},\"publisher_authid\""));
        Assert.That(excluded.Take(), Is.Empty);
        Assert.That(_router.Join().Send("""[32,1,{"get_retained":true},"com.will"]""").Take(), Has.Count.EqualTo(2));
    }

    [Test]
    [Shows("testament.any-loss")]
    public void Leave_OnAnyLoss_TestamentsArePublishedOnce()
    {
        var heir = _router.Join();
        heir.Subscribe("com.will");
        var (lost, violating) = (_router.Join(), _router.Join());
        var (killed, session) = _router.JoinNamed();
        foreach (var (peer, name) in new[] { (lost, "lost"), (violating, "violating"), (killed, "killed") })
        {
            Add(peer, $$"""["com.will",["{{name}}"]]""");
        }

        lost.Disconnect();
        violating.Send("[]");
        heir.Send($"[48,2,{{}},\"wamp.session.kill\",[{session}]]");
        killed.Disconnect();
        violating.Disconnect();

        Assert.That(heir.TakeTexts(), Is.EqualTo(new[] { "lost", "violating", "killed" }));
    }

    [Test]
    [Shows("session-meta.kill-all-silent")]
    public void KillAll_Testaments_AreNotPublished()
    {
        var (admin, peer) = (_router.Join(), _router.Join());
        admin.Subscribe("com.will");
        Add(peer, """["com.will",["x"]]""");

        Assert.That((int)admin.CallFor("wamp.session.kill_all"), Is.EqualTo(1));

        Assert.That(admin.Take(), Is.Empty);
    }

    [TestCase("", "detached")]
    [TestCase("""[],{"scope":"destroyed"}""", "detached")]
    [TestCase("""[],{"scope":"detached"}""", "destroyed")]
    [Shows("testament.flush", "testament.flush-default", "testament.buckets")]
    public void Flush_OneScope_LeavesTheOther(string payload, string left)
    {
        var (heir, peer) = (_router.Join(), _router.Join());
        heir.Subscribe("com.will");
        Add(peer, """["com.will",["destroyed"]]""");
        Add(peer, """["com.will",["detached"]],{"scope":"detached"}""");

        Assert.That(peer.Call("wamp.session.flush_testaments", payload), Is.EqualTo("[50,7,{}]"));
        peer.Disconnect();

        Assert.That(heir.TakeTexts(), Is.EqualTo(new[] { left }));
    }

    [TestCase("wamp.session.flush_testaments", """[],{"scope":"other"}""", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", """["com.will"],{"scope":7}""", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", "", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", "[7]", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", """["com.will",{}]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", """["com.will",[],[]]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", """["com.will"],{"publish_options":[]}""", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", """["com.will"],{"publish_options":{"exclude":7}}""", WampErrors.InvalidArgument)]
    [TestCase("wamp.session.add_testament", """["com..will"]""", WampErrors.InvalidUri)]
    [TestCase("wamp.session.add_testament", """["wamp.session.on_leave"]""", WampErrors.InvalidUri)]
    [TestCase("wamp.session.add_testament", """["secret.will"]""", WampErrors.NotAuthorized)]
    [Shows("testament.refused")]
    public void Call_WhatCouldNotBePublished_IsRefusedAtOnce(string procedure, string payload, string error)
    {
        using var router = new TestRouter(MetaRig.With(new PermissionRule { Uri = "secret.", Match = MatchPolicy.Prefix, Allow = Permissions.Subscribe }));
        var (heir, peer) = (router.Join(), router.Join());
        heir.SubscribeTo("prefix", "");

        Assert.That(peer.Call(procedure, payload), Does.StartWith($"[8,48,7,{{}},\"{error}\","));
        heir.Take();
        peer.Disconnect();

        Assert.That(heir.TakeEvents(), Has.Count.EqualTo(1), "on_leave");
    }

    [Test]
    [Shows("testament.bounded")]
    public void Add_BeyondTheLimits_IsRefusedUntilSomeAreFlushed()
    {
        var peer = _router.Join();
        var large = $$"""["com.will",["{{new string('x', 400)}}"]]""";
        Add(peer, large);
        Assert.That(peer.Call("wamp.session.add_testament", large), Does.Contain(WampErrors.Unavailable), "bytes");

        peer.Call("wamp.session.flush_testaments");
        for (var i = 0; i < 4; i++)
        {
            Add(peer, """["com.will"]""");
        }

        Assert.That(peer.Call("wamp.session.add_testament", """["com.will"]"""), Does.Contain(WampErrors.Unavailable), "number");
    }

    [Test]
    public void Leave_HeirOfAnotherSerializer_GetsTheArgumentsInItsOwn()
    {
        var heir = _router.Connect(TestPeer.Local(WireFormat.Cbor));
        heir.Send([0x83, 0x01, 0x66, .. "realm1"u8, 0xa1, 0x65, .. "roles"u8, 0xa1, 0x6a, .. "subscriber"u8, 0xa0]);
        heir.Send([0x84, 0x18, 0x20, 0x01, 0xa0, 0x68, .. "com.will"u8]);
        heir.TakeBytes();
        var peer = _router.Join();
        Add(peer, """["com.will",["x"],{"a":1}]""");

        peer.Disconnect();

        Assert.That(MessageReader.TryRead(WireFormat.Cbor, heir.TakeBytes().Single(), out var message, out _), Is.True);
        Assert.That(message.Payload.ReadArgumentsKw().TryFind("a"u8, out var value) && value.TryGetInteger(out var number) && number == 1, Is.True);
    }

    private static void Add(TestPeer peer, string payload) => Assert.That(peer.Call("wamp.session.add_testament", payload), Is.EqualTo("[50,7,{}]"));
}
