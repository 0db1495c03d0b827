using System.Text;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>An EVENT that a subscriber's serializer cannot express is left out, and that is not lost without a trace.</summary>
public sealed class InexpressibleEventTests
{
    private const string TooLargeForOthers = "[1e400]";

    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    private IReadOnlyList<string> Reported => [.. _log.Lines.Where(line => line.Contains("was left out", StringComparison.Ordinal))];

    [SetUp]
    public void SetUp()
    {
        _log = new LogRecorder<Session>();
        _router = new TestRouter(logger: _log, sessions: TestRouter.Anonymous with { Resumption = new() { Window = TimeSpan.FromMinutes(1) } });
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("")]
    [TestCase(",\"resumable\":true")]
    public void Publish_ArgumentsOneSubscribersSerializerCannotExpress_IsLoggedOnceForThatSession(string details)
    {
        var packed = Join(details);
        Subscribe(packed);
        var other = _router.Join();
        other.Subscribe("com.topic");
        var publisher = _router.Join();

        publisher.Send($$"""[16,1,{},"com.topic",{{TooLargeForOthers}}]""").Send($$"""[16,2,{},"com.topic",{{TooLargeForOthers}}]""").Send("""[16,3,{},"com.topic",[3]]""");

        Assert.Multiple(() =>
        {
            Assert.That(packed.TakeBytes(), Has.Count.EqualTo(1), "the third");
            Assert.That(other.Take(), Has.Count.EqualTo(3));
            Assert.That(Reported, Has.Count.EqualTo(1));
            Assert.That(Reported[0], Does.Contain("'com.topic'").And.Contain("MessagePack").And.Contain("wamp_router.events"));
        });
    }

    [Test]
    public void Subscribe_RetainedEventItsSerializerCannotExpress_IsLoggedAndCounted()
    {
        using var dropped = new Measured(_router.Meter, "wamp_router.events");
        _router.Join().Send($$"""[16,1,{"retain":true},"com.topic",{{TooLargeForOthers}}]""");
        var packed = Join("");

        Subscribe(packed, retained: true);

        Assert.Multiple(() =>
        {
            Assert.That(packed.TakeBytes(), Is.Empty);
            Assert.That(dropped.Of("outcome=inexpressible"), Is.EqualTo(1));
            Assert.That(Reported, Has.Count.EqualTo(1));
            Assert.That(Reported[0], Does.Contain("'com.topic'"));
        });
    }

    private static byte[] Packed(string json) => ReferenceCodec.Encode(WireFormat.MessagePack, ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(json)));

    private static void Subscribe(TestPeer peer, bool retained = false)
    {
        var answers = peer.Send(Packed($$"""[32,1,{"get_retained":{{(retained ? "true" : "false")}}},"com.topic"]""")).TakeBytes();
        Assert.That(((object?[])ReferenceCodec.Decode(WireFormat.MessagePack, answers[0])!)[0], Is.EqualTo(33));
    }

    private TestPeer Join(string details)
    {
        var peer = _router.Connect(TestPeer.Local(WireFormat.MessagePack));
        peer.Send(Packed($$$"""[1,"realm1",{"roles":{"subscriber":{}}{{{details}}}}]""")).TakeBytes();
        return peer;
    }
}
