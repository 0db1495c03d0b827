using WampRouter.Realms;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms;

/// <summary>A message that a transport cannot carry to its receiver: only that message is lost, whoever waits for it is told, and no session ends.</summary>
public sealed class TooLongTests
{
    private const PeerFeatures Everything = (PeerFeatures)~0;

    private static readonly string Long = new('x', 1_000);

    private Realm _realm = null!;
    private BrokerMember _small = null!;
    private BrokerMember _other = null!;

    [SetUp]
    public void SetUp()
    {
        _realm = new Realm(TestRouter.OpenRealm);
        _small = Small(_realm);
        _other = new BrokerMember(_realm, features: Everything);
    }

    [TestCase("""[16,1,{"acknowledge":true},"com.topic",["LONG"]]""")]
    [TestCase("""[16,1,{"acknowledge":true},"com.topic.LONG"]""")]
    public void Publish_OneReceiverCannotCarryIt_OthersGetItAndThePublisherGoesOn(string publish)
    {
        var third = new BrokerMember(_realm);
        foreach (var subscriber in new[] { third, _small, new BrokerMember(_realm) })
        {
            subscriber.Subscribe("com.topic", """{"match":"prefix"}""");
        }

        Assert.That(_other.Send(publish.Replace("LONG", Long)), Is.Null);
        Assert.That(_other.Send("""[16,2,{},"com.topic",["short"]]"""), Is.Null);

        Assert.That(_other.Peer.Sent, Has.Exactly(1).StartsWith("[17,1,"));
        Assert.That(third.Peer.Sent, Has.Count.EqualTo(3));
        Assert.That(_small.Texts, Is.EqualTo(new[] { "short" }));
        Assert.That(_small.Peer.Notes, Has.Exactly(1).Contains("was left out"));
    }

    [TestCase("")]
    [TestCase(",\"retain\":true")]
    public void Publish_DetailsAloneFillAFrame_IsLeftOutAndThePublisherGoesOn(string options)
    {
        // The EVENT of a pattern names the topic, and has longer ids than the PUBLISH: what just fitted does not fit any more.
        var subscriber = new BrokerMember(_realm, features: Everything);
        subscriber.Subscribe("com.", """{"match":"prefix"}""");
        var key = new string('k', RawSocketPrefix.MaxLength - 60);

        Assert.That(_other.Send($$"""[16,1,{"acknowledge":true,"ppt_scheme":"x_mine","ppt_keyid":"{{key}}"{{options}}},"com.topic"]"""), Is.Null);

        Assert.That(_other.Peer.Sent, Has.Exactly(1).StartsWith("[17,1,"));
        Assert.That(subscriber.Texts, Is.Empty);
        Assert.That(subscriber.Peer.Notes, Has.Exactly(1).Contains("was left out"));
    }

    [Test]
    public void Subscribe_RetainedEventIsTooLong_IsLeftOut()
    {
        _other.Publish("com.topic", Long, """{"retain":true}""");

        var subscription = _small.Subscribe("com.topic", """{"get_retained":true}""");

        Assert.That(_small.Peer.Sent, Is.EqualTo(new[] { $"[33,1,{subscription}]" }));
        Assert.That(_small.Peer.Notes, Has.Exactly(1).Contains("was left out"));
    }

    [Test]
    public void Call_CalleeCannotTakeIt_CallerIsToldAndNothingIsPending()
    {
        _small.Send("""[64,1,{},"com.procedure"]""");

        _other.Send($$"""[48,1,{"timeout":1000},"com.procedure",["{{Long}}"]]""");
        _other.Send("""[48,2,{},"com.procedure",["short"]]""");

        Assert.That(_other.Peer.Sent.Single(), Does.StartWith("[8,48,1,").And.Contain(WampErrors.PayloadSizeExceeded));
        Assert.That(_small.Peer.Sent[^1], Is.EqualTo("""[68,1,1,{},["short"]]"""), "no id was used up");
        Assert.That(_other.Member.Calls.Count, Is.EqualTo(1));
        Assert.That(_realm.Dealer.Calls.Timeouts.Count, Is.Zero);
    }

    [Test]
    public void Call_APieceIsTooLong_EndsTheCall()
    {
        _small.Send("""[64,1,{},"com.procedure"]""");

        _other.Send("""[48,1,{"progress":true},"com.procedure",["short"]]""");
        _other.Send($$"""[48,1,{"progress":true},"com.procedure",["{{Long}}"]]""");

        Assert.That(_other.Peer.Sent.Single(), Does.StartWith("[8,48,1,").And.Contain(WampErrors.PayloadSizeExceeded));
        Assert.That(_small.Peer.Sent[^1], Does.StartWith("[69,1,"), "INTERRUPT");
    }

    [TestCase("""[70,1,{},["LONG"]]""")]
    [TestCase("""[70,1,{"progress":true},["LONG"]]""")]
    [TestCase("""[8,68,1,{},"com.error",["LONG"]]""")]
    public void Answer_CallerCannotTakeIt_IsToldInShort(string answer)
    {
        _other.Send("""[64,1,{},"com.procedure"]""");
        _small.Send("""[48,1,{"receive_progress":true},"com.procedure"]""");

        Assert.That(_other.Send(answer.Replace("LONG", Long)), Is.Null);

        Assert.That(_small.Peer.Sent.Single(), Does.StartWith("[8,48,1,"));
        Assert.That(_small.Member.Calls.Count, Is.Zero);
    }

    [Test]
    public void MetaProcedure_ResultIsTooLong_CallerIsToldInShort()
    {
        for (var i = 0; i < 100; i++)
        {
            _realm.Announce(new BrokerMember(_realm).Member, new());
        }

        _small.Send("""[48,1,{},"wamp.session.list"]""");
        _small.Send("""[48,2,{},"wamp.session.count"]""");

        Assert.That(_small.Peer.Sent[0], Does.StartWith("[8,48,1,").And.Contain(WampErrors.PayloadSizeExceeded));
        Assert.That(_small.Peer.Sent[1], Is.EqualTo("[50,2,{},[100]]"));
    }

    [Test]
    public void GetEvents_ReaderCannotTakeAllAtOnce_GetsThemPageByPage()
    {
        var realm = new Realm(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.topic" }] }, histories: new EventHistories(TimeProvider.System, durable: null));
        var (reader, publisher) = (Small(realm), new BrokerMember(realm));
        var subscription = reader.Subscribe("com.topic");
        for (var i = 0; i < 3; i++)
        {
            publisher.Publish("com.topic", new string('x', 100));
        }

        reader.Peer.Sent.Clear();
        reader.Send($$"""[48,9,{},"wamp.subscription.get_events",[{{subscription}}]]""");

        Assert.That(() => reader.Peer.Sent, Has.Count.EqualTo(1).After(5_000, 10));
        Assert.That(reader.Peer.Sent[0], Does.StartWith("""[50,9,{"_more":true},[[{"timestamp":"""));
    }

    private static BrokerMember Small(Realm realm) => new(realm, features: Everything, maxMessageBytes: 400);
}
