using System.Text;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets.Batched;

/// <summary>Batches from a client, right and wrong, against an echo server that also answers in batches.</summary>
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.EndpointTls)]
[TestFixture(WayIn.EndpointHttp2)]
internal sealed class BatchedMessagesTests(WayIn way)
{
    private const int MaxMessageBytes = 100_000;

    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;
    private EchoReceiver _session = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(SubprotocolPolicy.Wamp, configure: o => o.MaxMessageBytes = MaxMessageBytes);

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [TearDown]
    public async Task DisconnectAsync() => await _client.DisposeAsync();

    [Test]
    [Shows("batched.feature", "batched.json", "batched.lengths", "batched.subprotocols", "batched.of-one")]
    public async Task Batch_OfSeveral_IsAnsweredInOrder([Values] WireFormat format, [Values(1, 3, 500)] int count)
    {
        await ConnectAsync(format);
        var messages = Enumerable.Range(0, count).Select(i => Encoding.ASCII.GetBytes($"message {i}")).ToArray();

        await SendAsync(format, BatchedBytes.Join(format, messages));

        Assert.That(await ReceiveAsync(format, count), Is.EqualTo(messages));
    }

    [Test]
    public async Task Batch_InFragmentsAndChopped_IsTakenAsOne([Values] WireFormat format)
    {
        await ConnectAsync(format);
        byte[][] messages = [[.. "one"u8], [.. "two"u8], new byte[3_000]];
        Array.Fill(messages[2], (byte)'z');
        var bytes = BatchedBytes.Join(format, messages);

        byte[] wire =
        [
            .. FrameClient.Frame(BatchedBytes.OpcodeOf(format), bytes.AsSpan(0, 6), fin: false),
            .. FrameClient.Frame(WebSocketOpcode.Continuation, bytes.AsSpan(6)),
        ];
        await _client.SendChoppedAsync(wire, 500);

        Assert.That(await ReceiveAsync(format, 3), Is.EqualTo(messages));
    }

    [Test]
    [Shows("batched.json")]
    public async Task Separator_EitherByte_IsTakenAndMirrored([Values(0x1E, 0x18)] byte separator)
    {
        await ConnectAsync(WireFormat.Json);

        await SendAsync(WireFormat.Json, BatchedBytes.Join(WireFormat.Json, [[.. "[1]"u8], [.. "[2]"u8]], separator));

        var frame = await _client.ReceiveAsync();
        Assert.That(frame!.Payload, Is.EqualTo(new byte[] { (byte)'[', (byte)'1', (byte)']', separator, (byte)'[', (byte)'2', (byte)']', separator }));
    }

    [Test]
    [Shows("batched.json")]
    public async Task Separator_ChangesWithinABatch_EachAnswerHasTheLastSeen()
    {
        await ConnectAsync(WireFormat.Json);

        await SendAsync(WireFormat.Json, [.. "[1]"u8, 0x1E, .. "[2]"u8, 0x18]);

        Assert.That((await _client.ReceiveAsync())!.Payload, Is.EqualTo((byte[])[.. "[1]"u8, 0x1E]));
        Assert.That((await _client.ReceiveAsync())!.Payload, Is.EqualTo((byte[])[.. "[2]"u8, 0x18]));
    }

    [TestCase(WireFormat.Json, "", "at least one message")]
    [TestCase(WireFormat.Cbor, "", "at least one message")]
    [TestCase(WireFormat.Json, "5B5D", "followed by the byte 0x1E")]
    [TestCase(WireFormat.Json, "5B5D1E5B5D", "followed by the byte 0x1E")]
    [TestCase(WireFormat.Json, "1E", "is empty")]
    [TestCase(WireFormat.Json, "5B5D1E1E", "is empty")]
    [TestCase(WireFormat.MessagePack, "000001", "length in 4 bytes")]
    [TestCase(WireFormat.MessagePack, "0000000191000001", "length in 4 bytes")]
    [TestCase(WireFormat.MessagePack, "00000000", "is empty")]
    [TestCase(WireFormat.Cbor, "0000000280", "longer than what is left")]
    [TestCase(WireFormat.Cbor, "FFFFFFFF80", "longer than what is left")]
    [TestCase(WireFormat.Cbor, "7FFFFFFF80", "longer than what is left")]
    [TestCase(WireFormat.Cbor, "800000009000", "longer than what is left")]
    [Shows("batched.of-none", "batched.malformed")]
    public async Task Batch_Malformed_FailsTheConnectionWithAClearText(WireFormat format, string hex, string text)
    {
        await ConnectAsync(format);

        await SendAsync(format, Convert.FromHexString(hex));

        await ExpectFailureAsync(CloseCode.ProtocolError, text);
    }

    [Test]
    public async Task Message_AsLongAsTheLimit_PassesWithOthersInItsBatch([Values] WireFormat format)
    {
        await ConnectAsync(format);
        var longest = new byte[MaxMessageBytes];
        Array.Fill(longest, (byte)'l');
        byte[][] messages = [[.. "first"u8], longest, [.. "last"u8]];

        await SendAsync(format, BatchedBytes.Join(format, messages));

        Assert.That(await ReceiveAsync(format, 3), Is.EqualTo(messages));
    }

    [Test]
    public async Task Message_LongerThanTheLimit_FailsTheConnection([Values] WireFormat format)
    {
        await ConnectAsync(format);

        await SendAsync(format, BatchedBytes.Join(format, [new byte[MaxMessageBytes + 1]]));

        await ExpectFailureAsync(CloseCode.MessageTooBig, $"at most {MaxMessageBytes} bytes");
    }

    [Test]
    public async Task Batch_LongerThanItsLimit_IsRefusedBeforeItComes([Values] WireFormat format)
    {
        await ConnectAsync(format);

        await _client.SendRawAsync(FrameClient.Frame(BatchedBytes.OpcodeOf(format), new byte[InboundBatches.MaxBatchBytes(MaxMessageBytes) + 1])[..14]);

        await ExpectFailureAsync(CloseCode.MessageTooBig, "at most");
    }

    [Test]
    public async Task Session_WantsToBeAwaitedInTheMiddle_GetsTheRestAfterwardsAndBeforeLaterFrames([Values] WireFormat format)
    {
        await ConnectAsync(format);
        var slow = new TaskCompletionSource<ReceiveStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.OnMessage = m => m.StartsWith("wait", StringComparison.Ordinal) ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        _session.OnResume = () => slow.Task;
        byte[][] messages = [[.. "a"u8], [.. "wait"u8], [.. "b"u8], [.. "wait too"u8], [.. "c"u8]];

        var opcode = BatchedBytes.OpcodeOf(format);
        await _client.SendRawAsync([.. FrameClient.Frame(opcode, BatchedBytes.Join(format, messages)), .. FrameClient.Frame(opcode, BatchedBytes.Join(format, [[.. "d"u8]]))]);
        var first = await ReceiveAsync(format, 2);
        Assert.That(_session.Messages, Is.EqualTo(2));
        slow.SetResult(ReceiveStatus.Continue);
        var rest = await ReceiveAsync(format, 4);

        Assert.That(first.Concat(rest), Is.EqualTo([.. messages, [.. "d"u8]]));
    }

    [Test]
    public async Task Session_EndsInTheMiddle_GetsNoMoreOfTheBatch([Values(ReceiveStatus.Close, ReceiveStatus.Wait)] ReceiveStatus status)
    {
        await ConnectAsync(WireFormat.Cbor);
        _session.OnMessage = m => m == "end" ? status : ReceiveStatus.Continue;
        _session.OnResume = () => Task.FromResult(ReceiveStatus.Close);

        await SendAsync(WireFormat.Cbor, BatchedBytes.Join(WireFormat.Cbor, [[.. "a"u8], [.. "end"u8], [.. "b"u8]]));

        Assert.That(await ReceiveAsync(WireFormat.Cbor, 2), Is.EqualTo([[.. "a"u8], (byte[])[.. "end"u8]]));
        Assert.That((await _client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Close));
        Assert.That(_session.Messages, Is.EqualTo(2));
    }

    [Test]
    public async Task Ping_BetweenTwoBatches_IsAnsweredBetweenTheirAnswers([Values] WireFormat format)
    {
        await ConnectAsync(format);
        var opcode = BatchedBytes.OpcodeOf(format);

        await _client.SendRawAsync(
        [
            .. FrameClient.Frame(opcode, BatchedBytes.Join(format, [[.. "a"u8], [.. "b"u8]])),
            .. FrameClient.Frame(WebSocketOpcode.Ping, "?"u8),
            .. FrameClient.Frame(opcode, BatchedBytes.Join(format, [[.. "c"u8]])),
            .. FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000)),
        ]);

        Assert.That(await ReceiveAsync(format, 2), Has.Count.EqualTo(2));
        Assert.That((await _client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Pong));
        Assert.That(await ReceiveAsync(format, 1), Has.Count.EqualTo(1));
        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
    }

    [Test]
    public async Task Text_NotUtf8_FailsTheConnection()
    {
        await ConnectAsync(WireFormat.Json);

        await SendAsync(WireFormat.Json, [(byte)'"', 0xC3, (byte)'"', 0x1E]);

        await ExpectFailureAsync(CloseCode.InvalidPayload, "UTF-8");
    }

    private static string NameOf(WireFormat format) => format switch
    {
        WireFormat.Json => "wamp.2.json.batched",
        WireFormat.MessagePack => "wamp.2.msgpack.batched",
        _ => "wamp.2.cbor.batched",
    };

    private async Task ConnectAsync(WireFormat format)
    {
        _client = await _rig.ConnectAsync(way, NameOf(format));
        _session = await _rig.Receivers.NextAsync();
    }

    private Task SendAsync(WireFormat format, byte[] batch) => _client.SendAsync(BatchedBytes.OpcodeOf(format), batch);

    /// <summary>So many messages, from as many frames as they come in.</summary>
    private async Task<List<byte[]>> ReceiveAsync(WireFormat format, int count)
    {
        var messages = new List<byte[]>();
        while (messages.Count < count)
        {
            var frame = await _client.ReceiveAsync();
            Assert.That(frame?.Opcode, Is.EqualTo(BatchedBytes.OpcodeOf(format)), () => frame is null ? "closed" : Encoding.UTF8.GetString(frame.Payload));
            messages.AddRange(BatchedBytes.Split(format, frame!.Payload));
        }

        return messages;
    }

    private async Task ExpectFailureAsync(CloseCode code, string text)
    {
        ServerFrameSeen? frame;
        do
        {
            frame = await _client.ReceiveAsync(); // what the messages before the bad one caused comes first
        }
        while (frame is { Opcode: not WebSocketOpcode.Close });

        Assert.That(frame?.CloseCode, Is.EqualTo((int)code));
        Assert.That(Encoding.UTF8.GetString(frame!.Payload.AsSpan(2)), Does.Contain(text));
    }
}
