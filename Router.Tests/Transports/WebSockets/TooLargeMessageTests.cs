using System.Text;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Messages beyond the limit, read past where the session wants that: over every kind of way in, against an echo server.</summary>
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.EndpointTls)]
[TestFixture(WayIn.EndpointHttp2)]
internal sealed class TooLargeMessageTests(WayIn way)
{
    private const int MaxMessageBytes = 100_000;
    private const int MaxOversizeBytes = 3_000_000;
    private const int HeadBytes = 64 * 1024;

    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(
        SubprotocolPolicy.Wamp, configure: o => (o.MaxMessageBytes, o.MaxOversizeBytes) = (MaxMessageBytes, MaxOversizeBytes));

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [TearDown]
    public async Task DisconnectAsync() => await _client.DisposeAsync();

    [Test]
    public async Task Message_OfOneFrame_IsReadPastAndOthersAreTaken([Values(MaxMessageBytes + 1, MaxOversizeBytes)] int size)
    {
        await ConnectAsync("wamp.2.cbor");

        await _client.SendRawAsync(
        [
            .. FrameClient.Frame(WebSocketOpcode.Binary, "before"u8),
            .. FrameClient.Frame(WebSocketOpcode.Binary, Filled(size)),
            .. FrameClient.Frame(WebSocketOpcode.Ping, "?"u8),
            .. FrameClient.Frame(WebSocketOpcode.Binary, "after"u8),
        ]);

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("before"));
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo(Told(size)));
        Assert.That((await _client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Pong));
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("after"));
    }

    [Test]
    public async Task Message_InFragmentsThatGrowBeyondTheLimit_IsReadPast([Values("wamp.2.json", "wamp.2.msgpack")] string subprotocol)
    {
        await ConnectAsync(subprotocol);
        var opcode = subprotocol == "wamp.2.json" ? WebSocketOpcode.Text : WebSocketOpcode.Binary;

        await _client.SendAsync(opcode, Filled(90_000), fin: false);
        await _client.SendAsync(WebSocketOpcode.Continuation, Filled(90_000), fin: false);
        await _client.SendAsync(WebSocketOpcode.Ping, "?"u8);
        await _client.SendAsync(WebSocketOpcode.Continuation, Filled(20_000));
        await _client.SendAsync(opcode, "after"u8);

        Assert.That((await _client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Pong));
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo(Told(200_000)));
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("after"));
    }

    [Test]
    public async Task Message_InFragmentsThatGrowBeyondWhatIsReadPast_FailsTheConnection()
    {
        await ConnectAsync("wamp.2.cbor");

        await _client.SendAsync(WebSocketOpcode.Binary, Filled(2_000_000), fin: false);
        await _client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Continuation, Filled(1_000_001))[..14]);

        await ExpectTooBigAsync("at most 100000 bytes here, this one 3000001");
    }

    [Test]
    public async Task Message_SessionDoesNotReadPast_IsRefusedBeforeItComes()
    {
        await ConnectAsync("wamp.2.cbor", readsPast: false);

        await _client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Binary, Filled(MaxMessageBytes + 1))[..14]);

        await ExpectTooBigAsync("at most 100000 bytes before the login, this one 100001");
    }

    [Test]
    public async Task Batch_OneMessageOfItTooLarge_TheOthersAreTaken([Values] WireFormat format, [Values(MaxMessageBytes + 1, MaxOversizeBytes)] int size, [Values] bool inFragments)
    {
        await ConnectAsync(NameOf(format));
        var batch = BatchedBytes.Join(format, [[.. "first"u8], Filled(size), Filled(MaxMessageBytes), [.. "last"u8]]);
        var opcode = BatchedBytes.OpcodeOf(format);

        if (inFragments)
        {
            await _client.SendAsync(opcode, batch.AsSpan(0, 7), fin: false);
            await _client.SendAsync(WebSocketOpcode.Continuation, batch.AsSpan(7, 150_000), fin: false);
            await _client.SendAsync(WebSocketOpcode.Continuation, batch.AsSpan(150_007));
        }
        else
        {
            await _client.SendAsync(opcode, batch);
        }

        var answers = new List<byte[]>();
        while (answers.Count < 4)
        {
            var frame = await _client.ReceiveAsync();
            Assert.That(frame?.Opcode, Is.EqualTo(opcode), () => frame is null ? "closed" : frame.Text);
            answers.AddRange(BatchedBytes.Split(format, frame!.Payload));
        }

        Assert.That(answers.Select(answer => answer.Length > 100 ? $"{answer.Length}" : Encoding.UTF8.GetString(answer)), Is.EqualTo(new[] { "first", Told(size), $"{MaxMessageBytes}", "last" }));
    }

    [TestCase(12_001, 200_000)]
    [TestCase(70_002, 200_000)]
    [TestCase(12_003, 90_000)]
    [TestCase(70_000, 90_000)]
    public async Task Message_BlanksBeforeIt_TakeNoRoomInWhatIsKept(int blanks, int firstFragment)
    {
        await ConnectAsync("wamp.2.json");
        byte[] message = [.. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(" \t\r\n", blanks))[..blanks]), .. Filled(200_000)];

        await _client.SendAsync(WebSocketOpcode.Text, message.AsSpan(0, firstFragment), fin: false);
        await _client.SendAsync(WebSocketOpcode.Continuation, message.AsSpan(firstFragment));

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo(Told(message.Length)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Batch_BlanksBeforeAMessageTooLarge_TakeNoRoomInWhatIsKept(bool inFragments)
    {
        await ConnectAsync("wamp.2.json.batched");
        byte[] message = [.. Encoding.ASCII.GetBytes(new string(' ', 70_001)), .. Filled(MaxMessageBytes)];
        var batch = BatchedBytes.Join(WireFormat.Json, [message]);

        await _client.SendAsync(WebSocketOpcode.Text, batch.AsSpan(0, inFragments ? 150_000 : batch.Length), fin: !inFragments);
        if (inFragments)
        {
            await _client.SendAsync(WebSocketOpcode.Continuation, batch.AsSpan(150_000));
        }

        Assert.That(Encoding.UTF8.GetString(BatchedBytes.Split(WireFormat.Json, (await _client.ReceiveAsync())!.Payload).Single()), Is.EqualTo(Told(message.Length)));
    }

    [Test]
    public async Task Batch_AMessageBeyondWhatIsReadPast_FailsTheConnection([Values] WireFormat format)
    {
        await ConnectAsync(NameOf(format));

        await _client.SendAsync(BatchedBytes.OpcodeOf(format), BatchedBytes.Join(format, [Filled(MaxOversizeBytes + 1)]));

        await ExpectTooBigAsync("at most 100000 bytes here");
    }

    private static byte[] Filled(int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)'z');
        return bytes;
    }

    private static string Told(int size) => $"{size} bytes, kept {HeadBytes}, of which -1";

    private static string NameOf(WireFormat format) => $"wamp.2.{format switch { WireFormat.Json => "json", WireFormat.MessagePack => "msgpack", _ => "cbor" }}.batched";

    private async Task ConnectAsync(string subprotocol, bool readsPast = true)
    {
        _client = await _rig.ConnectAsync(way, subprotocol);
        (await _rig.Receivers.NextAsync()).ReadsPastTooLarge = readsPast;
    }

    private async Task ExpectTooBigAsync(string text)
    {
        var frame = await _client.ReceiveAsync();
        Assert.That(frame?.CloseCode, Is.EqualTo(1009));
        Assert.That(frame!.Text, Does.Contain(text));
    }
}
