using System.Buffers;
using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>A serializer of the application's own writes what it wants: what is no JSON value is refused where it is given, and never reaches the wire.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class ForeignSerializerTests(WampSerializer serializer)
{
    private JoinedClient _joined = null!;

    private static IEnumerable<TestCaseData> Wrong =>
    [
        Bytes("not UTF-8", [(byte)'"', 0xFF, (byte)'"']),
        Bytes("half a character", [(byte)'"', 0xE2, 0x82, (byte)'"']),
        Bytes("a surrogate", [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"']),
        Bytes("nothing", []),
        Bytes("spaces", "  "u8),
        Bytes("half a list", "[1"u8),
        Bytes("half a text", "\"x"u8),
        Bytes("two values", "1 2"u8),
        Bytes("a way out of the list", "1]"u8),
        Bytes("no value", "nothing"u8),
        Bytes("too deep", [.. Enumerable.Repeat((byte)'[', 63), .. Enumerable.Repeat((byte)']', 63)]),
    ];

    private static IEnumerable<TestCaseData> Right =>
    [
        Bytes("number", "7"u8),
        Bytes("spaces behind it", "7 \r\n\t"u8),
        Bytes("text of more than ASCII", "\"\u20AC\""u8),
        Bytes("list", "[1,{\"a\":null}]"u8),
    ];

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer, payloads: new Verbatim());

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCaseSource(nameof(Wrong))]
    public async Task Argument_WrittenAsNoJsonValue_IsRefusedWhereItIsGiven(byte[] written)
    {
        var error = Assert.CatchAsync<WampSerializationException>(() => _joined.Client.PublishAsync("com.example.t", [written]).AsTask())!;

        Assert.That(error.Message, Does.StartWith("Argument 0, of type 'System.Byte[]', cannot be sent: "));
        Assert.That(() => _joined.Client.PublishAsync("com.example.t", new() { { "a", written } }).AsTask(), Throws.TypeOf<WampSerializationException>());
        await _joined.Client.PublishAsync("com.example.alive");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.alive"]"""));
    }

    [TestCaseSource(nameof(Right))]
    public async Task Argument_WrittenAsOneJsonValue_IsSent(byte[] written)
    {
        await _joined.Client.PublishAsync("com.example.t", [written]);

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith($"[16,1,{{}},\"com.example.t\",[{System.Text.Encoding.UTF8.GetString(written).Trim()}"));
    }

    private static TestCaseData Bytes(string name, ReadOnlySpan<byte> written) => new TestCaseData(written.ToArray()).SetArgDisplayNames(name);

    /// <summary>Writes the bytes it is given.</summary>
    private sealed class Verbatim : IWampPayloadSerializer
    {
        public void Serialize(IBufferWriter<byte> output, object? value) => output.Write((byte[])value!);

        public T? Deserialize<T>(ReadOnlySpan<byte> json) => throw new FormatException("not read here");

        public object? Deserialize(ReadOnlySpan<byte> json, Type type) => throw new FormatException("not read here");
    }
}
