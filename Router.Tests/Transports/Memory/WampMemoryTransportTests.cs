using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Memory;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.Memory;

internal sealed class WampMemoryTransportTests
{
    private ServiceProvider _services = null!;
    private EchoFactory _receivers = null!;

    private WampMemoryTransport Transport => _services.GetRequiredService<WampMemoryTransport>();

    private ConnectionRoster Roster => _services.GetRequiredService<TransportServices>().Roster;

    [SetUp]
    public void Start()
    {
        _receivers = new EchoFactory();
        _services = new ServiceCollection()
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton<IReceiverFactory>(_receivers)
            .AddTransports(new TransportOptions { MaxConnections = 1, MaxMessageBytes = 4 * 1024 * 1024, MaxMessageBytesBeforeLogin = 4 * 1024 * 1024 })
            .BuildServiceProvider();
    }

    [TearDown]
    public async Task StopAsync()
    {
        Roster.CloseAll();
        await Roster.WhenEmptyAsync().Soon();
        Assert.That(Roster.Connections, Is.Empty);
        await _services.DisposeAsync();
    }

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(4 * 1024 * 1024)]
    public async Task Message_AnySize_IsDeliveredAndAnswered(int size)
    {
        var client = Transport.Connect("wamp.2.cbor");
        var body = new byte[size];
        Random.Shared.NextBytes(body);

        var sending = client.Output.WriteAsync(Frame(body));
        var answer = await ReceiveAsync(client);

        await sending;
        Assert.That(answer.AsSpan().SequenceEqual(body));
        Assert.That(_receivers.Connection!.Info.Encoding, Is.EqualTo(new WireEncoding(WireFormat.Cbor, Framing.RawSocket)));
        Assert.That(_receivers.Connection.Info.IsLocal);
    }

    [Test]
    public async Task Messages_InOddPieces_ArriveInOrder()
    {
        var client = Transport.Connect("wamp.2.json");
        var wire = Enumerable.Range(0, 50).SelectMany(i => Frame(Enumerable.Repeat((byte)i, i).ToArray())).ToArray();

        foreach (var piece in wire.Chunk(7))
        {
            await client.Output.WriteAsync(piece);
        }

        for (var i = 0; i < 50; i++)
        {
            Assert.That(await ReceiveAsync(client), Is.EqualTo(Enumerable.Repeat((byte)i, i)));
        }
    }

    [Test]
    public async Task Client_CompletesItsOutput_SessionEnds()
    {
        var client = Transport.Connect("wamp.2.json");

        await client.Output.CompleteAsync();

        Assert.That(await _receivers.Ended.Soon(), Is.EqualTo(DisconnectReason.ClosedByPeer));
        Assert.That(await ReceiveAsync(client), Is.Null);
    }

    [Test]
    public async Task Client_FailsItsOutput_SessionEnds()
    {
        var client = Transport.Connect("wamp.2.json");

        await client.Output.CompleteAsync(new FormatException("any exception at all"));

        Assert.That(await _receivers.Ended.Soon(), Is.EqualTo(DisconnectReason.ConnectionLost));
    }

    [Test]
    public async Task RequestClose_ByTheRouter_SendsWhatIsEnqueuedAndEndsTheInput()
    {
        var client = Transport.Connect("wamp.2.json");
        _receivers.Connection!.Outbox.TryEnqueue(Frame([1, 2, 3]), FlushBatch.OfThread);

        _receivers.Connection.RequestClose();

        Assert.That(await ReceiveAsync(client), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(await ReceiveAsync(client), Is.Null);
        Assert.That(await _receivers.Ended.Soon(), Is.EqualTo(DisconnectReason.ClosedByRouter));
    }

    [Test]
    public void Abort_ByTheRouter_FailsTheInput()
    {
        var client = Transport.Connect("wamp.2.json");

        _receivers.Connection!.Abort();

        Assert.That(async () => await ReceiveAsync(client), Throws.InstanceOf<IOException>());
    }

    [TestCase(new byte[] { 1, 0, 0, 0 }, TestName = "Frame_Ping_EndsTheConnection")]
    [TestCase(new byte[] { 8, 0, 0, 1, 0 }, TestName = "Frame_ReservedBit_EndsTheConnection")]
    [TestCase(new byte[] { 0, 0xFF, 0, 0 }, TestName = "Frame_LongerThanTheLimit_EndsTheConnection")]
    public async Task Frame_NotAllowed_EndsTheConnection(byte[] frame)
    {
        var client = Transport.Connect("wamp.2.json");

        await client.Output.WriteAsync(frame);

        Assert.That(await _receivers.Ended.Soon(), Is.EqualTo(DisconnectReason.TransportViolation));
        Assert.That(await ReceiveAsync(client), Is.Null);
    }

    [Test]
    public void Connect_UnknownSubprotocol_Throws()
    {
        Assert.That(() => Transport.Connect("wamp.2.flatbuffers"), Throws.ArgumentException);
        Assert.That(Roster.Count, Is.Zero);
    }

    [Test]
    public void Connect_BeyondTheLimit_Throws()
    {
        Transport.Connect("wamp.2.json");

        Assert.That(() => Transport.Connect("wamp.2.json"), Throws.InvalidOperationException.With.Message.Contains("no room"));
    }

    [Test]
    public void Connect_DuringShutdown_ThrowsForAnotherReason()
    {
        Roster.StopAdmitting();

        Assert.That(() => Transport.Connect("wamp.2.json"), Throws.InvalidOperationException.With.Message.Contains("shutting down"));
    }

    [Test]
    public async Task PipeTransport_PipeOfSomebodyElse_TheSessionKnowsWhatWasSaidOfThePeer()
    {
        var transport = new PipeTransport(_services.GetRequiredService<TransportServices>(), _receivers, NullLogger.Instance);
        var (toRouter, toClient) = (new Pipe(), new Pipe());
        var info = new ConnectionDetails { Transport = "pipe", ConnectionId = "c", Encoding = new WireEncoding(WireFormat.Json, Framing.RawSocket) };

        Assert.That(transport.TryRun(new PipePair(toRouter.Reader, toClient.Writer), info).IsGranted, Is.True);
        await toRouter.Writer.WriteAsync(Frame([1, 2, 3]));

        Assert.That(await ReceiveAsync(new PipePair(toClient.Reader, toRouter.Writer)), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(_receivers.Connection!.Info, Is.SameAs(info));
        Assert.That(info.IsLocal, Is.False, "nobody said so");
    }

    private static byte[] Frame(byte[] body) => [0, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static async Task<byte[]?> ReceiveAsync(IDuplexPipe client)
    {
        var head = await client.Input.ReadAtLeastAsync(4).Soon();
        if (head.Buffer.Length < 4)
        {
            return null;
        }

        var header = head.Buffer.Slice(0, 4).ToArray();
        var length = (header[1] << 16) | (header[2] << 8) | header[3];
        client.Input.AdvanceTo(head.Buffer.Start);
        var whole = await client.Input.ReadAtLeastAsync(4 + length).Soon();
        var body = whole.Buffer.Slice(4, length).ToArray();
        client.Input.AdvanceTo(whole.Buffer.GetPosition(4 + length));
        return body;
    }

    private sealed class EchoFactory : IReceiverFactory, IMessageReceiver
    {
        private readonly TaskCompletionSource<DisconnectReason> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IConnection? Connection { get; private set; }

        public Task<DisconnectReason> Ended => _ended.Task;

        public IMessageReceiver Create(IConnection connection)
        {
            Connection = connection;
            return this;
        }

        public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
        {
            Connection!.Outbox.TryEnqueue(Frame(message.ToArray()), batch);
            return ReceiveStatus.Continue;
        }

        public ValueTask<ReceiveStatus> ResumeAsync() => new(ReceiveStatus.Continue);

        public void Disconnected(DisconnectReason reason) => _ended.SetResult(reason);
    }
}
