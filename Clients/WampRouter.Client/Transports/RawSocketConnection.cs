using System.Globalization;
using System.IO.Pipelines;
using System.Net.Security;
using WampRouter.Wire;

namespace WampRouter.Client.Transports;

/// <summary>
/// A RawSocket after its handshake (spec: "RawSocket Transport"): frames over a stream, and pings to a router that is silent, so that one that is gone is found out.
/// </summary>
internal sealed class RawSocketConnection : IWampConnection
{
    /// <summary>A message seldom needs more than one read of it.</summary>
    private const int ReadBufferBytes = 64 * 1024;

    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(2);

    private readonly Stream _stream;
    private readonly PrefixedConnection _frames;
    private readonly CancellationTokenSource _ended = new();
    private readonly WampRawSocketTransport _settings;
    private volatile bool _isUnanswered;
    private int _disposed;

    /// <param name="stream">Its owner is this connection.</param>
    /// <param name="subprotocol">What is spoken.</param>
    /// <param name="maxSendBytes">The longest message that the router accepts.</param>
    /// <param name="settings">What the application wants.</param>
    public RawSocketConnection(Stream stream, string subprotocol, int maxSendBytes, WampRawSocketTransport settings)
    {
        (_stream, _settings) = (stream, settings);
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, leaveOpen: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        _frames = new PrefixedConnection(new Ends(input, output), subprotocol, RawSocketHandshake.Acceptable(settings.MaxMessageBytes), maxSendBytes);
        if (settings.KeepAliveInterval > TimeSpan.Zero)
        {
            _ = KeepAliveAsync();
        }
    }

    public string Subprotocol => _frames.Subprotocol;

    public long? MaxMessageBytes => _frames.MaxMessageBytes;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken)
    {
        try
        {
            await _frames.SendAsync(message, endOfBatch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (_isUnanswered)
        {
            throw Unanswered(e);
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _frames.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (_isUnanswered)
        {
            throw Unanswered(e);
        }
    }

    /// <summary>Sends what waits, ends the stream, and waits a moment for the router to end its own.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        try
        {
            await _frames.DisposeAsync().ConfigureAwait(false);
            if (!_isUnanswered)
            {
                await EndAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone or does not answer: there is nobody left to be polite to.
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task EndAsync()
    {
        using var deadline = new CancellationTokenSource(CloseDeadline);
        if (_stream is SslStream tls)
        {
            await tls.ShutdownAsync().WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        else if (_stream is System.Net.Sockets.NetworkStream network)
        {
            network.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }
        else
        {
            return;
        }

        var rest = new byte[4096];
        while (await _stream.ReadAsync(rest, deadline.Token).ConfigureAwait(false) > 0)
        {
            // A socket that is closed before all was read resets the router's.
        }
    }

    /// <summary>Any byte that comes is a sign of life, so a router that is busy sending is never pinged.</summary>
    private async Task KeepAliveAsync()
    {
        try
        {
            for (var seen = _frames.Reads; ; seen = _frames.Reads)
            {
                await Task.Delay(_settings.KeepAliveInterval, _settings.TimeProvider, _ended.Token).ConfigureAwait(false);
                if (_frames.Reads != seen)
                {
                    continue;
                }

                // Where the router takes nothing either, the ping waits with what waits already.
                _ = PingAsync();
                await Task.Delay(_settings.KeepAliveTimeout, _settings.TimeProvider, _ended.Token).ConfigureAwait(false);
                if (_frames.Reads == seen)
                {
                    _isUnanswered = true;
                    await _stream.DisposeAsync().ConfigureAwait(false);     // whoever reads or writes finds out
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async Task PingAsync()
    {
        try
        {
            await _frames.SendPingAsync(_ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Who sends or receives a message finds out.
        }
    }

    private IOException Unanswered(Exception cause) => new(
        $"the router answered no ping within {_settings.KeepAliveTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s " +
        $"({nameof(WampRawSocketTransport)}.{nameof(WampRawSocketTransport.KeepAliveTimeout)}): it hangs, or the network to it is interrupted",
        cause);

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
