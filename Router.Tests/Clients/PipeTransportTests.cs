using System.IO.Pipelines;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The frames of RawSocket on a pipe, byte by byte.</summary>
internal sealed class PipeTransportTests
{
    private Pipe _toClient = null!;
    private Pipe _toRouter = null!;
    private IWampConnection _connection = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        (_toClient, _toRouter) = (new Pipe(), new Pipe());
        _connection = await new WampPipeTransport((_, _) => new(new Ends(_toClient.Reader, _toRouter.Writer))).ConnectAsync(["wamp.2.json"], CancellationToken.None);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _connection.DisposeAsync();
        await _toClient.Writer.CompleteAsync();
        await _toRouter.Reader.CompleteAsync();
    }

    [Test]
    public async Task Receive_InOneReadAndInMany_AreTheSameMessages()
    {
        byte[] bytes = [0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9];
        await WriteAsync(bytes);
        Assert.That((await ReceiveAsync(), await ReceiveAsync()), Is.EqualTo(("07-08", "09")));

        var (first, second) = (ReceiveAsync(), default(Task<string?>));
        foreach (var one in bytes)
        {
            await WriteAsync(one);
            if (one == 8)
            {
                Assert.That(await first, Is.EqualTo("07-08"));
                second = ReceiveAsync();
            }
        }

        Assert.That(await second!, Is.EqualTo("09"));
    }

    [Test]
    public async Task Receive_PingAndPong_PingIsAnsweredWithWhatItBrought()
    {
        await WriteAsync(2, 0, 0, 1, 5, 1, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 9);

        Assert.That(await ReceiveAsync(), Is.EqualTo("09"));
        var sent = await _toRouter.Reader.ReadAtLeastAsync(7).Soon();
        Assert.That(BitConverter.ToString(System.Buffers.BuffersExtensions.ToArray(sent.Buffer)), Is.EqualTo("02-00-00-03-01-02-03"));
        _toRouter.Reader.AdvanceTo(sent.Buffer.End);
    }

    [Test]
    public async Task Receive_FrameOfAnUnknownType_Fails()
    {
        await WriteAsync(3, 0, 0, 1, 5);

        Assert.That(ReceiveAsync, Throws.TypeOf<IOException>().With.Message.EqualTo("The peer broke the framing of RawSocket: a frame is of a reserved kind."));
    }

    [TestCase(new byte[0], null)]
    [TestCase(new byte[] { 0, 0, 0, 2, 7 }, "The peer closed in the middle of a message.")]
    [TestCase(new byte[] { 0, 0 }, "The peer closed in the middle of a message.")]
    public async Task Receive_PeerCloses_EndsOrSaysThatAMessageWasCut(byte[] before, string? expected)
    {
        await WriteAsync(before);
        await _toClient.Writer.CompleteAsync();

        if (expected is null)
        {
            Assert.That(await _connection.ReceiveAsync(CancellationToken.None).Soon(), Is.Null);
        }
        else
        {
            Assert.That(ReceiveAsync, Throws.TypeOf<EndOfStreamException>().With.Message.EqualTo(expected));
        }
    }

    private async Task WriteAsync(params byte[] bytes) => await _toClient.Writer.WriteAsync(bytes);

    private async Task<string?> ReceiveAsync() =>
        await _connection.ReceiveAsync(CancellationToken.None).Soon() is { } message ? BitConverter.ToString(message.ToArray()) : null;

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
