using System.IO.Pipelines;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Messages that are sent without a pause go out together: a pipe is flushed at the end of a batch only, and what is never said there is said at once.</summary>
internal sealed class PipeBatchTests
{
    private Pipe _toClient = null!;
    private Pipe _toRouter = null!;
    private CountingWriter _writer = null!;
    private IWampConnection _connection = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        (_toClient, _toRouter) = (new Pipe(), new Pipe());
        _writer = new CountingWriter(_toRouter.Writer);
        _connection = await new WampPipeTransport((_, _) => new(new Ends(_toClient.Reader, _writer))).ConnectAsync(["wamp.2.json"], CancellationToken.None);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _connection.DisposeAsync();
        await _toClient.Writer.CompleteAsync();
        await _toRouter.Reader.CompleteAsync();
    }

    [Test]
    public async Task Send_SeveralOfOneBatch_FlushesBehindTheLast()
    {
        await SendAsync(1, endOfBatch: false);
        await SendAsync(2, endOfBatch: false);
        Assert.That((_writer.Flushes, _toRouter.Reader.TryRead(out _)), Is.EqualTo((0, false)));

        await SendAsync(3, endOfBatch: true);

        Assert.That(_writer.Flushes, Is.EqualTo(1));
        Assert.That(await ReadAsync(15), Is.EqualTo("00-00-00-01-01-00-00-00-01-02-00-00-00-01-03"));
    }

    [Test]
    public async Task Pong_BetweenTwoMessagesOfABatch_GoesOutAtOnce()
    {
        await SendAsync(1, endOfBatch: false);
        await _toClient.Writer.WriteAsync(new byte[] { 1, 0, 0, 1, 9, 0, 0, 0, 1, 7 });

        await _connection.ReceiveAsync(CancellationToken.None).Soon();

        Assert.That(await ReadAsync(10), Is.EqualTo("00-00-00-01-01-02-00-00-01-09"));
    }

    [Test]
    public async Task Send_PeerReadsNoMore_FailsAtTheEndOfTheBatch()
    {
        await _toRouter.Reader.CompleteAsync();
        await SendAsync(1, endOfBatch: false);

        Assert.That(() => SendAsync(2, endOfBatch: true), Throws.TypeOf<IOException>().With.Message.EqualTo("The peer no longer reads."));
    }

    private Task SendAsync(byte value, bool endOfBatch) => _connection.SendAsync(new[] { value }, endOfBatch, CancellationToken.None).Soon();

    private async Task<string> ReadAsync(int bytes)
    {
        var sent = await _toRouter.Reader.ReadAtLeastAsync(bytes).Soon();
        var text = BitConverter.ToString(System.Buffers.BuffersExtensions.ToArray(sent.Buffer));
        _toRouter.Reader.AdvanceTo(sent.Buffer.End);
        return text;
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        public int Flushes { get; private set; }

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
