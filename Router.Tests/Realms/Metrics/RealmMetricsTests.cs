using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Realms.Metrics;

/// <summary>What a realm counts, as its meter tells it.</summary>
public sealed class RealmMetricsTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter(TestRouter.OpenRealm with { Retained = new RetainedSettings { MaxEvents = 1 } });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Publish_ToSeveral_CountsEachEventDelivered()
    {
        using var delivered = new Measured(_router.Meter, "wamp_router.events");
        for (var i = 0; i < 3; i++)
        {
            _router.Join().Subscribe("com.topic");
        }

        _router.Join().Publish("com.topic").Publish("com.other");

        Assert.That((delivered.Of("realm=realm1", "outcome=delivered"), delivered.Sum), Is.EqualTo((3.0, 3.0)));
        using var publications = new Measured(_router.Meter, "wamp_router.publications");
        Assert.That(publications.Of("realm=realm1"), Is.EqualTo(2));
    }

    [Test]
    public void Publish_ToSeveralSubscriptions_TellsHowManyEventsItCaused()
    {
        var subscriber = _router.Join();
        subscriber.Subscribe("com.topic");
        subscriber.SubscribeTo("prefix", "com.");
        _router.Join().Subscribe("com.topic");

        using var fanout = new Measured(_router.Meter, "wamp_router.publication.fan_out");
        _router.Join().Publish("com.topic").Publish("net.topic");

        Assert.That(fanout.Values, Is.EqualTo(new[] { 3, 0 }));
    }

    [Test]
    public void Publish_OneTakesNoMore_CountsTheEventDropped()
    {
        using var delivered = new Measured(_router.Meter, "wamp_router.events");
        var (gone, here) = (_router.Join(), _router.Join());
        gone.Subscribe("com.topic");
        here.Subscribe("com.topic");
        gone.Outbox.Close();

        _router.Join().Publish("com.topic");

        Assert.That((delivered.Of("outcome=delivered"), delivered.Of("outcome=not_taken"), delivered.Of("outcome=inexpressible")), Is.EqualTo((1.0, 1.0, 0.0)));
    }

    [Test]
    public void Request_Refused_IsCountedByItsKind()
    {
        using var refused = new Measured(_router.Meter, "wamp_router.request.refusals");

        _router.Join().Call(1, "com.nobody").Send("[34,2,7]").Send("""[16,3,{},"not a topic"]""");

        Assert.That(refused.Tags, Is.EqualTo(new[] { "realm=realm1,type=CALL,reason=no_such_procedure", "realm=realm1,type=UNSUBSCRIBE,reason=no_such_subscription", "realm=realm1,type=PUBLISH,reason=invalid_uri" }));
        Assert.That(refused.Sum, Is.EqualTo(3));
    }

    [TestCase("com.nobody", "no session has registered 'com.nobody'")]
    [TestCase("wamp.nobody", "the router has no procedure 'wamp.nobody'")]
    public void Call_OfAProcedureThatThereIsNot_IsToldItsName(string procedure, string text) =>
        Assert.That(_router.Join().Call(1, procedure).Take().Single(), Is.EqualTo($$"""[8,48,1,{},"wamp.error.no_such_procedure",["{{text}}"]]"""));

    [Test]
    public void Answer_AfterItsCallHasEnded_IsCounted()
    {
        using var discarded = new Measured(_router.Meter, "wamp_router.call.late_answers");
        var (caller, callee) = (_router.Join(), _router.Join());
        callee.Register("com.procedure");
        caller.Call(1).Send("""[49,1,{"mode":"skip"}]""");

        callee.Send("[70,1,{}]");

        Assert.That((discarded.Sum, string.Join(' ', discarded.Tags)), Is.EqualTo((1, "realm=realm1")));
    }

    [Test]
    public void Retained_ComeAndGo_AreCountedWithTheirBytes()
    {
        using var events = new Measured(_router.Meter, "wamp_router.table.usage");
        using var bytes = new Measured(_router.Meter, "wamp_router.table.memory.usage");
        using var forgotten = new Measured(_router.Meter, "wamp_router.retained.forgotten");
        var publisher = _router.Join();

        publisher.Publish("com.topic", options: """{"retain":true}""");
        Assert.That((Events(), Bytes() > 0, forgotten.Sum), Is.EqualTo((1.0, true, 0.0)));
        var ofOne = Bytes();
        publisher.Publish("com.other", options: """{"retain":true}""");

        Assert.That((Events(), Bytes(), forgotten.Sum), Is.EqualTo((1.0, ofOne, 1.0)), "there is room for one");

        double Events() => events.Of("table=retained_events", "realm=realm1");

        double Bytes() => bytes.Of("table=retained_events", "realm=realm1");
    }
}
