using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Tests.Doubles;

/// <summary>A realm member that records its frames as JSON text and lets a test run a rival at the moment a frame is enqueued.</summary>
internal sealed class RecordingPeer(Framing framing = Framing.RawSocket) : IPeer
{
    private const int FrameHeaderBytes = 4;

    /// <summary>Runs before a frame is recorded: the seam where rivals meet. Cleared before it runs.</summary>
    public Action<string>? BeforeNext { get; set; }

    public List<string> Sent { get; } = [];

    /// <summary>The reason it was closed with.</summary>
    public string? Closed { get; private set; }

    public bool Refuses { get; set; }

    /// <summary>Whether it is too far behind to take more of what others send it.</summary>
    public bool IsFull { get; set; }

    public WireEncoding Encoding { get; init; } = new(WireFormat.Json, framing);

    public int MaxMessageBytes { get; init; } = int.MaxValue;

    public PeerTraffic Traffic => new(0, 0, Sent.Count, Sent.Sum(message => message.Length));

    public SendOutcome Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null)
    {
        if (frame.Length - FrameHeaderBytes > MaxMessageBytes)
        {
            return SendOutcome.TooLong;
        }

        var text = frame.ToArray();
        RunRival(text);
        return gate?.IsOpen is not false && Record(text) ? SendOutcome.Taken : SendOutcome.Gone;
    }

    public SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) =>
        IsFull ? SendOutcome.NoRoom : Send(frame, batch, gate);

    public SendOutcome SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch) => Send(frame, batch, gate);

    /// <summary>What was noted for the log.</summary>
    public List<string> Notes { get; } = [];

    public void Note(in Remark remark) => Notes.Add(remark.ToString());

    public void Close(string reason, string? message, MemberIdentity? by) => Closed = reason;

    private bool Record(ReadOnlySpan<byte> frame)
    {
        // Copied first: the rival encodes on the same thread.
        var text = frame.ToArray();
        RunRival(text);
        if (!Refuses)
        {
            Sent.Add(System.Text.Encoding.UTF8.GetString(text.AsSpan(FrameHeaderBytes)));
        }

        return !Refuses;
    }

    private void RunRival(byte[] frame)
    {
        var rival = BeforeNext;
        BeforeNext = null;
        rival?.Invoke(System.Text.Encoding.UTF8.GetString(frame.AsSpan(FrameHeaderBytes)));
    }
}
