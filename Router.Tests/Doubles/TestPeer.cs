using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Wire;

namespace WampRouter.Tests.Doubles;

/// <summary>
/// A client of a real session over an in-memory connection, without transport or threads: what <see cref="Send(string)"/> causes anywhere has
/// arrived when it returns, because messages run to completion.
/// </summary>
internal sealed class TestPeer : IConnection
{
    private const int FrameHeaderBytes = 4;

    private readonly Pipe _pipe;
    private readonly IMessageReceiver _receiver;

    public TestPeer(IReceiverFactory sessions, ConnectionDetails? info = null, int outboxBytes = 8 * 1024 * 1024, long pauseWriterThreshold = 0)
    {
        Info = info ?? Local(WireFormat.Json);
        _pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: pauseWriterThreshold, resumeWriterThreshold: pauseWriterThreshold / 2, useSynchronizationContext: false));
        Outbox = new Outbox(_pipe.Writer, new ByteBudget(long.MaxValue), outboxBytes);
        _receiver = sessions.Create(this);
    }

    public Outbox Outbox { get; }

    public ConnectionDetails Info { get; }

    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>The session, as a transport sees it.</summary>
    public IMessageReceiver Receiver => _receiver;

    /// <summary>What the session said to the last message.</summary>
    public ReceiveStatus Status { get; private set; }

    /// <summary>Whether the session asked for its connection to be closed or aborted from outside the read loop.</summary>
    public bool CloseRequested { get; private set; }

    public bool Aborted { get; private set; }

    /// <summary>Runs when the session drops the connection, on its thread.</summary>
    public Action? WhenAborted { get; init; }

    public static ConnectionDetails Local(WireFormat format) => new() { Transport = "memory", IsInProcess = true, ConnectionId = "test", Encoding = new WireEncoding(format, Framing.RawSocket) };

    public void RequestClose() => CloseRequested = true;

    public void Abort()
    {
        Aborted = true;
        WhenAborted?.Invoke();
    }

    /// <summary>Delivers one message and flushes what it caused, as a transport does.</summary>
    public TestPeer Send(string json) => Send(Encoding.UTF8.GetBytes(json));

    public TestPeer Send(ReadOnlySpan<byte> message)
    {
        var batch = FlushBatch.OfThread;
        Status = _receiver.Receive(message, batch);
        batch.Flush();
        return this;
    }

    /// <summary>Delivers the beginning of a message that was too large, as a transport that has read past it.</summary>
    public TestPeer SendTooLarge(string head, long size)
    {
        var batch = FlushBatch.OfThread;
        Status = _receiver.ReceiveTooLarge(Encoding.UTF8.GetBytes(head), size, batch);
        batch.Flush();
        return this;
    }

    /// <summary>After <see cref="ReceiveStatus.Wait"/>.</summary>
    public async Task ResumeAsync() => Status = await _receiver.ResumeAsync().Soon();

    /// <summary>As the transport does from time to time.</summary>
    public void Heartbeat(long now) => _receiver.OnHeartbeat(now);

    /// <summary>The connection breaks.</summary>
    public void Disconnect(DisconnectReason reason = DisconnectReason.ConnectionLost)
    {
        Outbox.Close();
        _receiver.Disconnected(reason);
    }

    /// <summary>Joins and returns the WELCOME's session id.</summary>
    public ulong Join(string realm = "realm1", string details = """{"roles":{"publisher":{},"subscriber":{},"caller":{},"callee":{"features":{"call_canceling":true}}}}""")
    {
        Send($"[1,\"{realm}\",{details}]");
        var welcome = Newtonsoft.Json.Linq.JArray.Parse(Take().Single());
        Assert.That((int)welcome[0], Is.EqualTo((int)MessageCode.Welcome), welcome.ToString());
        return (ulong)welcome[1];
    }

    /// <summary>Everything that arrived since the last call, as the bytes of each message.</summary>
    public IReadOnlyList<byte[]> TakeBytes()
    {
        var messages = new List<byte[]>();
        while (_pipe.Reader.TryRead(out var result))
        {
            var bytes = result.Buffer.ToArray();
            _pipe.Reader.AdvanceTo(result.Buffer.End);
            for (var at = 0; at < bytes.Length;)
            {
                var length = (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
                messages.Add(bytes[(at + FrameHeaderBytes)..(at + FrameHeaderBytes + length)]);
                at += FrameHeaderBytes + length;
            }

            if (result.IsCompleted)
            {
                break;
            }
        }

        return messages;
    }

    /// <summary>Forgets everything that arrived, and allocates nothing.</summary>
    public void Discard()
    {
        while (_pipe.Reader.TryRead(out var result))
        {
            _pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }

    /// <summary>Everything that arrived since the last call, as JSON texts.</summary>
    public IReadOnlyList<string> Take() => [.. TakeBytes().Select(Encoding.UTF8.GetString)];
}
