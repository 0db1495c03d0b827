using System.Text.Json.Serialization;
using WampRouter.Client;
using WampRouter.Client.Newtonsoft;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json, false)]
[TestFixture(WampSerializer.MessagePack, false)]
[TestFixture(WampSerializer.Cbor, false)]
[TestFixture(WampSerializer.Json, true)]
[TestFixture(WampSerializer.MessagePack, true)]
[TestFixture(WampSerializer.Cbor, true)]
internal sealed partial class PayloadTests(WampSerializer serializer, bool newtonsoft)
{
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() =>
        _joined = await JoinedClient.JoinAsync(serializer, payloads: newtonsoft ? new WampNewtonsoftSerializer() : new WampJsonSerializer(Json.Default));

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Binary_BothWays_StaysBinary()
    {
        byte[] bytes = [0, 1, 2, 250, 255];
        var sent = await EchoAsync<byte[]>(bytes, bytes);

        // JSON's form of binary (U+0000 and base64); the other formats are transcoded to it for this expectation.
        Assert.That(sent, Is.EqualTo("""["\u0000AAEC+v8="]"""));
        await EchoAsync<ReadOnlyMemory<byte>>(new ReadOnlyMemory<byte>(bytes), m => Assert.That(m.ToArray(), Is.EqualTo(bytes)));
    }

    [Test]
    public async Task Numbers_BothWays_KeepTheirKindAndPrecision()
    {
        Assert.That(await EchoAsync(1.0, 1.0), Is.EqualTo("[1.0]"), "a whole float stays a float");
        Assert.That(await EchoAsync(0.1, 0.1), Is.EqualTo("[0.1]"));
        Assert.That(await EchoAsync(-2.5e-8, -2.5e-8), Does.Contain("e-").IgnoreCase);
        Assert.That(await EchoAsync(long.MaxValue, long.MaxValue), Is.EqualTo("[9223372036854775807]"));
        Assert.That(await EchoAsync(long.MinValue, long.MinValue), Is.EqualTo("[-9223372036854775808]"));
        Assert.That(await EchoAsync(ulong.MaxValue, ulong.MaxValue), Is.EqualTo("[18446744073709551615]"));
    }

    [Test]
    public async Task Text_AnyCharacters_Survives() => await EchoAsync("grün\n\"€\" \U0001F680 \\ /", "grün\n\"€\" \U0001F680 \\ /");

    [Test]
    public async Task OwnType_ByContextOrReflection_HasItsNames()
    {
        var order = new Order("tea", 2, [7, 8]);
        var sent = await EchoAsync<Order>(order, o => Assert.That((o.Item, o.Count, o.Image), Is.EqualTo((order.Item, order.Count, order.Image))));

        Assert.That(sent, Is.EqualTo(newtonsoft
            ? """[{"Item":"tea","Count":2,"Image":"\u0000Bwg="}]"""
            : """[{"item":"tea","count":2,"image":"\u0000Bwg="}]"""));
    }

    [Test]
    public async Task CallAsync_ResultOfAnotherType_SaysThatItIsTheResultAndOfWhat()
    {
        var call = _joined.Client.CallAsync<int>("com.example.echo");
        await _joined.Peer.AnswerAsync("""[50,$,{},["text"]]""");

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampSerializationException>().With.Message.EqualTo(
            "The result of 'com.example.echo': a whole number from -2147483648 to 2147483647 is wanted, not the text \"text\"."));
    }

    [Test]
    public async Task Named_OddNames_AreEscaped()
    {
        await _joined.Client.PublishAsync("com.example.t", new() { { "a\"b", 1 } });

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.EndWith("""[],{"a\"b":1}]""").Or.EndsWith("""[],{"a\u0022b":1}]"""));
    }

    [Test]
    public async Task PublishAsync_Unserializable_ThrowsToThePublisherAndTheSessionLives()
    {
        Assert.That(async () => await _joined.Client.PublishAsync("com.example.t", [new Loop()]), Throws.Exception);

        await _joined.Client.PublishAsync("com.example.t");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t"]"""));
    }

    private Task<string> EchoAsync<T>(T value, T expected) => EchoAsync<T>(value, v => Assert.That(v, Is.EqualTo(expected)));

    /// <summary>Sends a value, gets it back as it was sent, and returns the arguments as JSON.</summary>
    private async Task<string> EchoAsync<T>(T value, Action<T> check)
    {
        var call = _joined.Client.CallAsync<T>("com.example.echo", [value]);
        var sent = await _joined.Peer.ReceiveAsync();
        var (id, start) = (sent.Split(',')[1], sent.IndexOf("\"com.example.echo\",", StringComparison.Ordinal) + "\"com.example.echo\",".Length);
        await _joined.Peer.SendAsync($"[50,{id},{{}},{sent[start..]}");
        check(await call.Soon());
        return sent[start..^1];
    }

    internal sealed record Order(string Item, int Count, byte[] Image);

    internal sealed class Loop
    {
        public Loop Self => this;
    }

    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Loop))]
    private sealed partial class Json : JsonSerializerContext;
}
