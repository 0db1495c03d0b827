using System.Globalization;
using Newtonsoft.Json.Linq;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>What docs/resumption.md says besides of how a session goes on: what stays, what others see of it, what it costs services.</summary>
public sealed class ResumptionClaimsTests
{
    private ManualTime _time = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _router = new TestRouter(time: _time);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Resume_InAnotherSerializer_IsANewSessionAndTheProceduresOfTheOldOneAreFree()
    {
        var client = ResumableClient.Join(_router);
        client.Send("""[64,1,{},"com.procedure"]""");
        client.Lose();
        var packed = _router.Connect(TestPeer.Local(WireFormat.MessagePack));

        packed.Send(Packed(client.HelloAgain()));

        var welcome = (object?[])ReferenceCodec.Decode(WireFormat.MessagePack, packed.TakeBytes().Single())!;
        Assert.That(((Dictionary<string, object?>)welcome[2]!)["resumed"], Is.False);
        packed.Send(Packed("""[64,1,{},"com.procedure"]"""));
        Assert.That(((object?[])ReferenceCodec.Decode(WireFormat.MessagePack, packed.TakeBytes().Single())!)[0], Is.EqualTo(65));
    }

    [TestCase(WampShutdownNotice.Goodbye, 1)]
    [TestCase(WampShutdownNotice.Restart, 0)]
    public void Resume_AtARouterThatShutsDown_IsAnsweredAsAnyHello(WampShutdownNotice notice, int aborts)
    {
        using var router = new TestRouter(options: new WampSessionOptions { Shutdown = notice }, time: _time);
        var client = ResumableClient.Join(router);
        client.Lose();
        router.Live.Drain();

        foreach (var hello in new[] { client.HelloAgain(), ResumableClient.Hello("{}") })
        {
            var peer = router.Connect().Send(hello);

            Assert.That(peer.Take(), Has.Count.EqualTo(aborts).And.All.StartsWith("[3,").And.All.Contains("\"wamp.close.system_shutdown\""));
            Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Close));
        }
    }

    [Test]
    public void Resume_WithOtherFeatures_KeepsThoseOfTheFirstHello()
    {
        var client = ResumableClient.Join(_router);
        client.Send("""[64,1,{},"com.procedure"]""");
        client.Take();
        client.Lose();
        var caller = _router.Join();
        caller.Send("""[48,1,{},"com.procedure"]""");

        var peer = _router.Connect().Send(client.HelloAgain().Replace("\"call_canceling\":true", "", StringComparison.Ordinal));
        caller.Send("[49,1,{}]");

        Assert.That(peer.Take().Skip(1).Select(message => (int)JArray.Parse(message)[0]), Is.EqualTo(new[] { 68, 69 }), "INVOCATION, and INTERRUPT since the first HELLO announced call_canceling");
    }

    [Test]
    public void SessionGet_Resumed_TellsOfTheNewTransport()
    {
        var client = ResumableClient.Join(_router);
        client.Lose();

        client.Resume(_router.Connect(TestPeer.Local(WireFormat.Json) with { Transport = "websocket" }));

        var details = JArray.Parse(_router.Join().Send($$"""[48,1,{},"wamp.session.get",[{{client.Id}}]]""").Take().Single())[3][0]!;
        Assert.That(details["transport"]!.ToString(), Does.Contain("websocket").And.Not.Contain("memory"));
    }

    [Test]
    public void Detached_Session_IsCountedListedAndServesItsProcedure()
    {
        var client = ResumableClient.Join(_router);
        client.Send("""[64,1,{},"com.procedure"]""");
        var registration = JArray.Parse(client.Take().Single())[2];
        client.Lose();
        var other = _router.Join();

        Assert.Multiple(() =>
        {
            Assert.That(other.Send("""[48,1,{},"wamp.session.count"]""").Take().Single(), Is.EqualTo("[50,1,{},[2]]"));
            Assert.That(other.Send("""[48,2,{},"wamp.session.list"]""").Take().Single(), Does.Contain(client.Id.ToString(CultureInfo.InvariantCulture)));
            Assert.That(other.Send($$"""[48,3,{},"wamp.registration.list_callees",[{{registration}}]]""").Take().Single(), Is.EqualTo($$"""[50,3,{},[[{{client.Id}}]]]"""));
            Assert.That(other.Send("""[64,4,{},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.procedure_already_exists"));
        });
    }

    [Test]
    public void ForceReregister_ProcedureOfADetachedSession_TakesItOver()
    {
        var client = ResumableClient.Join(_router);
        client.Send("""[64,1,{},"com.procedure"]""");
        client.Lose();
        var successor = _router.Join();

        successor.Send("""[64,1,{"force_reregister":true},"com.procedure"]""");
        Assert.That(successor.Take().Single(), Does.StartWith("[65,1,"));
        _router.Join().Send("""[48,1,{},"com.procedure"]""");

        Assert.That(successor.Take().Single(), Does.StartWith("[68,1,"));
    }

    [Test]
    public void Call_SharedProcedureOfADetachedWorker_IsCanceledWhenItsTimeIsOver()
    {
        var (worker, other, caller) = (ResumableClient.Join(_router), _router.Join(), _router.Join());
        worker.Send("""[64,1,{"invoke":"roundrobin"},"com.procedure"]""");
        other.Send("""[64,1,{"invoke":"roundrobin"},"com.procedure"]""").Take();
        worker.Lose();

        caller.Send("""[48,1,{},"com.procedure"]""").Send("""[48,2,{},"com.procedure"]""");
        Assert.That(other.Take(), Has.Count.EqualTo(1), "the other call waits for the worker that is away");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(caller.Take(), Is.Empty);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(caller.Take().Single(), Does.StartWith("[8,48,1,").And.Contain("\"wamp.error.canceled\""));
    }

    [Test]
    [Shows("resumption.bounds")]
    public void ResumptionTotalBytes_MoreIsKeptForAllSessionsTogether_EndsTheOneThatNeedsMore()
    {
        using var router = new TestRouter(options: new WampSessionOptions { ResumptionTotalBytes = 120_000 }, time: _time);
        var (first, second) = (ResumableClient.Join(router), ResumableClient.Join(router));
        first.Send("""[32,1,{},"com.first"]""");
        second.Send("""[32,1,{},"com.second"]""");
        first.Lose();
        second.Lose();
        var publisher = router.Join();
        var payload = new string('x', 60_000);

        publisher.Send($$"""[16,1,{},"com.first",["{{payload}}"]]""").Send($$"""[16,2,{},"com.second",["{{payload}}"]]""");
        _time.Advance(TimeSpan.Zero);

        Assert.Multiple(() =>
        {
            Assert.That(router.Live.Find(first.Id), Is.Not.Null, "what it needs is within the bound");
            Assert.That(router.Live.Find(second.Id), Is.Null);
        });
    }

    private static byte[] Packed(string json) => ReferenceCodec.Encode(WireFormat.MessagePack, ReferenceCodec.Decode(WireFormat.Json, System.Text.Encoding.UTF8.GetBytes(json)));
}
