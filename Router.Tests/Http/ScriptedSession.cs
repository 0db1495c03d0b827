using System.IO.Pipelines;
using WampRouter.Http;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Wire;

namespace WampRouter.Tests.Http;

/// <summary>A session of somebody who has only HTTP, whose router is a script.</summary>
/// <param name="Session">The session.</param>
/// <param name="Router">The script.</param>
/// <param name="Reads">How it reads.</param>
/// <param name="Writes">How it writes.</param>
internal sealed record ScriptedSession(HttpSession Session, ScriptedPeer Router, CountedReader Reads, HeldWriter Writes)
{
    /// <summary>Joins.</summary>
    public static async Task<ScriptedSession> JoinAsync(ByteBudget? room = null)
    {
        var (toRouter, toClient) = (new Pipe(new PipeOptions(useSynchronizationContext: false)), new Pipe(new PipeOptions(useSynchronizationContext: false)));
        var (reads, writes) = (new CountedReader(toClient.Reader), new HeldWriter(toRouter.Writer));
        var router = new ScriptedPeer(WireFormat.Json, toRouter.Reader, toClient.Writer);
        var joining = HttpSession.JoinAsync(new PipePair(reads, writes), "realm1", HttpCredentials.None, room ?? new ByteBudget(100_000_000), static () => false);
        await router.ReceiveAsync();
        await router.SendAsync("""[2,1,{"roles":{}}]""");
        return new ScriptedSession((await joining.Soon()).Session!, router, reads, writes);
    }
}

/// <summary>Tells how often somebody has wanted to read.</summary>
internal sealed class CountedReader(PipeReader reader) : PipeReader
{
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        return reader.ReadAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result) => reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => reader.CancelPendingRead();

    public override void Complete(Exception? exception = null) => reader.Complete(exception);
}

/// <summary>Does something behind each flush before whoever has flushed goes on.</summary>
internal sealed class HeldWriter(PipeWriter writer) : PipeWriter
{
    /// <summary>What is done; the flushing thread waits for it.</summary>
    public Action AfterFlush { get; set; } = static () => { };

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = await writer.FlushAsync(cancellationToken);
        AfterFlush();
        return result;
    }

    public override void Advance(int bytes) => writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

    public override void CancelPendingFlush() => writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => writer.Complete(exception);
}
