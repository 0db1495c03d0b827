using System.Globalization;
using System.Net.WebSockets;

namespace WampRouter.Client.Transports;

/// <summary>WebSocket messages that carry a WAMP message each, or a batch of them: text for JSON and binary for the rest.</summary>
internal sealed class WebSocketConnection(WebSocket socket, int maxMessageBytes, TimeSpan keepAliveTimeout) : IWampConnection
{
    private const int InitialBufferBytes = 8 * 1024;

    /// <summary>Where compression is agreed on: smaller messages gain less by it than it costs. It is what WampRouter begins with too.</summary>
    private const int LeastCompressedBytes = 1024;

    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(2);

    private readonly WebSocketMessageType _type = socket.SubProtocol is "wamp.2.json" or "wamp.2.json" + BatchedConnection.Suffix ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
    private byte[] _buffer = new byte[InitialBufferBytes];
    private volatile bool _isBroken;

    public string Subprotocol { get; } = socket.SubProtocol ?? string.Empty;

    // A WebSocket flushes every message: the end of a batch makes no difference.
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken)
    {
        try
        {
            var flags = WebSocketMessageFlags.EndOfMessage | (message.Length < LeastCompressedBytes ? WebSocketMessageFlags.DisableCompression : WebSocketMessageFlags.None);
            await socket.SendAsync(message, _type, flags, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ThrowIfUnanswered(e);
            throw;
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReceiveMessageAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Distrust();
            ThrowIfUnanswered(e);
            throw;
        }
    }

    /// <summary>What the router sends is not understood any more: nothing of it is waited for.</summary>
    public void Distrust() => _isBroken = true;

    private async ValueTask<ReadOnlyMemory<byte>?> ReceiveMessageAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Grow();
            }

            var received = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return socket.CloseStatus is { } status and not (WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable) ? throw Refused(status) : null;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                return received.MessageType == _type
                    ? _buffer.AsMemory(0, length)
                    : throw new IOException($"The router sent a {received.MessageType} message, but {Subprotocol} uses {_type}.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (socket)
        {
            if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            {
                return;
            }

            try
            {
                using var deadline = new CancellationTokenSource(CloseDeadline);
                await (_isBroken
                    ? socket.CloseOutputAsync(WebSocketCloseStatus.ProtocolError, null, deadline.Token)
                    : socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
            {
                // The peer is gone or does not answer: there is nobody left to be polite to.
                socket.Abort();
            }
        }
    }

    /// <summary>A socket whose ping was not answered in time says no more than "Aborted".</summary>
    private void ThrowIfUnanswered(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted } && keepAliveTimeout > TimeSpan.Zero)
            {
                throw new IOException(
                    $"the router answered no ping within {keepAliveTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s " +
                    $"({nameof(WampWebSocketTransport)}.{nameof(WampWebSocketTransport.KeepAliveTimeout)}): it hangs, or the network to it is interrupted",
                    failure);
            }
        }
    }

    /// <summary>The router gives the connection up: too large a message (1009), say. It says why, and the application has to know.</summary>
    private IOException Refused(WebSocketCloseStatus status) =>
        new($"the router closed the connection with code {(int)status}{(string.IsNullOrEmpty(socket.CloseStatusDescription) ? "" : $": {socket.CloseStatusDescription}")}");

    private void Grow()
    {
        if (_buffer.Length >= maxMessageBytes)
        {
            throw new IOException($"The router sent a message of more than {maxMessageBytes} bytes, which is what {nameof(WampWebSocketTransport)}.{nameof(WampWebSocketTransport.MaxMessageBytes)} allows.");
        }

        Array.Resize(ref _buffer, (int)Math.Min(maxMessageBytes, _buffer.Length * 2L));
    }
}
