using System.Collections.Concurrent;
using System.Threading.Channels;
using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Sessions.Connections;
using WampRouter.Transports;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Doubles;

/// <summary>Sessions that send every message back as it came, text as text and binary as binary.</summary>
internal sealed class EchoReceivers : IReceiverFactory
{
    private readonly Channel<EchoReceiver> _begun = Channel.CreateUnbounded<EchoReceiver>();

    /// <summary>The sessions begun so far.</summary>
    public ConcurrentQueue<EchoReceiver> Sessions { get; } = [];

    /// <summary>The session of the connection that a test has just opened: it may begin after the client has heard that it is in. A test that asks must ask for each.</summary>
    public Task<EchoReceiver> NextAsync() => _begun.Reader.ReadAsync().Soon();

    /// <inheritdoc />
    public IMessageReceiver Create(IConnection connection)
    {
        var session = new EchoReceiver((MessageConnection)connection);
        Sessions.Enqueue(session);
        _begun.Writer.TryWrite(session);
        return session;
    }
}

/// <summary>One of them; a test may change what it answers.</summary>
internal sealed class EchoReceiver(MessageConnection connection) : IMessageReceiver
{
    private readonly TaskCompletionSource<DisconnectReason> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MessageConnection Connection { get; } = connection;

    /// <summary>Completes when the transport says goodbye; fails where it does so twice.</summary>
    public Task<DisconnectReason> Ended => _disconnected.Task.Soon();

    public int DisconnectedCalls { get; private set; }

    public int Messages { get; private set; }

    /// <summary>What to do with a message instead of answering <see cref="ReceiveStatus.Continue"/>.</summary>
    public Func<string, ReceiveStatus> OnMessage { get; set; } = _ => ReceiveStatus.Continue;

    public Func<Task<ReceiveStatus>> OnResume { get; set; } = () => Task.FromResult(ReceiveStatus.Continue);

    /// <summary>What it does when its peer goes while it is awaited.</summary>
    public Action OnPeerIsGone { get; set; } = () => { };

    /// <summary>Whether messages that are too large are read past; each is then answered with its size and what was kept.</summary>
    public bool ReadsPastTooLarge { get; set; }

    /// <inheritdoc />
    public TrafficRates? Rates { get; set; }

    /// <inheritdoc />
    public string? AuthId { get; set; }

    /// <inheritdoc />
    public ReceiveStatus ReceiveTooLarge(ReadOnlySpan<byte> head, long size, FlushBatch batch) =>
        Receive(System.Text.Encoding.ASCII.GetBytes($"{size} bytes, kept {head.Length}, of which {head.IndexOfAnyExcept(head[0])}"), batch);

    /// <inheritdoc />
    public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        Messages++;
        Connection.Outbox.TryEnqueue(Connection.Info.Encoding.Framing switch { Framing.Batched => message, Framing.RawSocket => [.. RawSocketHeader(message.Length), .. message], _ => Framed(message) }, batch);
        return OnMessage(message.Length < 100 ? System.Text.Encoding.UTF8.GetString(message) : string.Empty);
    }

    /// <inheritdoc />
    public async ValueTask<ReceiveStatus> ResumeAsync() => await OnResume();

    /// <inheritdoc />
    public void PeerIsGone() => OnPeerIsGone();

    /// <inheritdoc />
    public void Disconnected(DisconnectReason reason)
    {
        DisconnectedCalls++;
        _disconnected.TrySetResult(reason);
    }

    private static byte[] RawSocketHeader(int length) => length == 1 << 24 ? [8, 0, 0, 0] : [0, (byte)(length >> 16), (byte)(length >> 8), (byte)length];

    private ReadOnlySpan<byte> Framed(ReadOnlySpan<byte> message)
    {
        if (Connection.Info.Encoding.Framing is Framing.RawSocket)
        {
            var prefixed = new byte[sizeof(int) + message.Length];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(prefixed, message.Length);
            message.CopyTo(prefixed.AsSpan(sizeof(int)));
            return prefixed;
        }

        var frame = new byte[ServerFrame.MaxHeaderSize + message.Length];
        var header = ServerFrame.WriteHeader(frame, Connection.IsReceivingText ? WebSocketOpcode.Text : WebSocketOpcode.Binary, message.Length);
        message.CopyTo(frame.AsSpan(header));
        return frame.AsSpan(0, header + message.Length);
    }
}
