using System.IO.Pipelines;
using System.Net.WebSockets;

namespace WampRouter.Transports.Endpoint;

/// <summary>
/// Leads the messages of a WebSocket that somebody else has accepted to a pipe, as the frames of a client, and back: for hosts that give no connection to upgrade, such as
/// <c>TestServer</c>. It costs two copies and two framings more than an upgrade.
/// </summary>
internal sealed class WebSocketBridge
{
    private const int BufferBytes = 16 * 1024;

    private readonly WebSocket _outer;
    private readonly WebSocket _inner;

    /// <param name="outer">What the host has accepted. It is used up.</param>
    public WebSocketBridge(WebSocket outer)
    {
        // The thread pool between both ends: neither runs the other's code.
        var options = new PipeOptions(useSynchronizationContext: false);
        var (toRouter, toClient) = (new Pipe(options), new Pipe(options));
        Pipe = new PipePair(toRouter.Reader, toClient.Writer);
        _outer = outer;
        _inner = WebSocket.CreateFromStream(
            new PipeStream(toClient.Reader, toRouter.Writer), new WebSocketCreationOptions { IsServer = false, SubProtocol = outer.SubProtocol, KeepAliveInterval = TimeSpan.Zero });
    }

    /// <summary>The router's end.</summary>
    public PipePair Pipe { get; }

    /// <summary>Leads messages both ways until both sides have ended. Throws nothing.</summary>
    /// <param name="closeTimeout">How long the second side has after the first: no more is heard of a side that has said that it closes, not even that it is gone.</param>
    /// <param name="time">The clock.</param>
    public async Task RunAsync(TimeSpan closeTimeout, TimeProvider time)
    {
        var (inward, outward) = (PassAsync(_outer, _inner), PassAsync(_inner, _outer));
        await Task.WhenAny(inward, outward).ConfigureAwait(false);
        var both = Task.WhenAll(inward, outward);
        try
        {
            await both.WaitAsync(closeTimeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _outer.Abort();
            _inner.Abort();
            await both.ConfigureAwait(false);
        }

        _outer.Dispose();
        _inner.Dispose();
    }

    private static async Task PassAsync(WebSocket from, WebSocket to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var received = await from.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
                if (received.MessageType is WebSocketMessageType.Close)
                {
                    await to.CloseOutputAsync(from.CloseStatus ?? WebSocketCloseStatus.Empty, from.CloseStatusDescription, CancellationToken.None).ConfigureAwait(false);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is lost, so the other is too.
            from.Abort();
            to.Abort();
        }
    }

    /// <summary>Two pipes as the stream that a WebSocket wants.</summary>
    private sealed class PipeStream(PipeReader input, PipeWriter output) : Stream
    {
        private readonly Stream _input = input.AsStream();
        private readonly Stream _output = output.AsStream();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

        public override void Flush() => _output.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Complete();
                output.Complete();
            }

            base.Dispose(disposing);
        }
    }
}
