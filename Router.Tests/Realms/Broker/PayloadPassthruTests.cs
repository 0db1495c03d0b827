using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/advanced/payload_passthru_mode.md for PUBLISH and EVENT.</summary>
public sealed class PayloadPassthruTests
{
    private const string Attributes = """{"ppt_scheme":"wamp","ppt_serializer":"cbor","ppt_cipher":"aes256gcm","ppt_keyid":"k1"}""";
    private const string Announced = """{"roles":{"publisher":{"features":{"payload_passthru_mode":true}}}}""";

    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter();

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("passthru.publish-attributes", "passthru.subscriber-without")]
    public void Publish_WithAttributes_TheEventCarriesAllOfThem()
    {
        var (publisher, subscriber) = (_router.Join(Announced), _router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Send($$"""[16,1,{{Attributes}},"com.topic",["\u0000AQID"]]""");

        Assert.That(subscriber.Take().Single(), Does.EndWith(",{\"ppt_scheme\":\"wamp\",\"ppt_serializer\":\"cbor\",\"ppt_cipher\":\"aes256gcm\",\"ppt_keyid\":\"k1\"},[\"\\u0000AQID\"]]"));
    }

    [Test]
    public void Publish_AttributeThatIsNull_CountsAsNotGiven()
    {
        var (publisher, subscriber) = (_router.Join(Announced), _router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Send("""[16,1,{"ppt_scheme":"wamp","ppt_serializer":null,"ppt_keyid":null},"com.topic",["\u0000AQID"]]""");

        Assert.That(subscriber.Take().Single(), Does.EndWith(",{\"ppt_scheme\":\"wamp\"},[\"\\u0000AQID\"]]"));
    }

    [Test]
    [Shows("passthru.binary-in-json")]
    public void Publish_ToAnotherSerializer_ThePayloadStaysTheSameBytes()
    {
        var publisher = _router.Join(Announced);
        var subscriber = _router.Connect(TestPeer.Local(WireFormat.MessagePack));
        subscriber.Send([0x93, 0x01, 0xA6, .. "realm1"u8, 0x81, 0xA5, .. "roles"u8, 0x81, 0xAA, .. "subscriber"u8, 0x80]);
        subscriber.Send([0x94, 0x20, 0x01, 0x80, 0xA9, .. "com.topic"u8]);
        subscriber.TakeBytes();

        publisher.Send("""[16,1,{"ppt_scheme":"x_own"},"com.topic",["\u0000AQID"]]""");

        byte[] details = [0x81, 0xAA, .. "ppt_scheme"u8, 0xA5, .. "x_own"u8];
        byte[] expected = [.. details, 0x91, 0xC4, 3, 1, 2, 3];
        Assert.That(subscriber.TakeBytes().Single(), Has.Length.GreaterThan(expected.Length).And.Matches<byte[]>(bytes => bytes.AsSpan().EndsWith(expected)));
    }

    [Test]
    [Shows("passthru.publish-unannounced")]
    public void Publish_PublisherDidNotAnnounceIt_IsAProtocolViolation()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Send($$"""[16,1,{{Attributes}},"com.topic",["\u0000AQID"]]""");

        Assert.That(publisher.Take().Single(), Does.StartWith("[3,").And.Contain("wamp.error.protocol_violation"));
        Assert.That(publisher.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Close));
        Assert.That(subscriber.Take(), Is.Empty);
    }

    [TestCase("""{"ppt_scheme":""}""")]
    [TestCase("""{"ppt_serializer":"cbor"}""")]
    [Shows("passthru.scheme")]
    public void Publish_WithoutAScheme_IsAnOrdinaryPublication(string options)
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Publish("com.topic", "x", options);

        Assert.That(subscriber.Take().Single(), Does.EndWith(",{},[\"x\"]]"));
    }

    [Test]
    [Shows("passthru.text")]
    public void Publish_AttributeIsNoText_IsAProtocolViolation()
    {
        var publisher = _router.Join(Announced);

        Assert.That(publisher.Publish("com.topic", "x", """{"ppt_scheme":"wamp","ppt_keyid":1}""").Take().Single(), Does.StartWith("[3,"));
    }
}
