using System.IO.Pipelines;

namespace WampRouter.Transports;

/// <summary>
/// Carries bytes from a pipe to a writer that cannot take any while its flush is under way, as those over TLS and HTTP/2 cannot. An outbox
/// writes at any moment, so it needs a true <see cref="Pipe"/>: the transport's own where it is one, or this.
/// </summary>
internal sealed class OutputPump
{
    private static readonly Type TruePipeWriter = new Pipe().Writer.GetType();

    private readonly Pipe _pipe = new(new PipeOptions(useSynchronizationContext: false));
    private readonly PipeWriter _destination;
    private readonly Task _running;
    private volatile bool _aborted;

    /// <param name="destination">Written and flushed by the pump only; never completed by it.</param>
    public OutputPump(PipeWriter destination)
    {
        _destination = destination;
        _running = RunAsync();
    }

    /// <summary>Where the outbox writes.</summary>
    public PipeWriter Writer => _pipe.Writer;

    /// <summary>Whether <paramref name="writer"/> can do without a pump.</summary>
    public static bool IsTruePipe(PipeWriter writer) => writer.GetType() == TruePipeWriter;

    /// <summary>Sends what is written, and ends. The outbox must be closed. Never throws.</summary>
    public async Task CompleteAsync()
    {
        await _pipe.Writer.CompleteAsync();
        await _running;
    }

    /// <summary>Drops what is left, a write under way included. Any thread.</summary>
    public void Abort()
    {
        _aborted = true;
        _pipe.Reader.CancelPendingRead();
        try
        {
            _destination.CancelPendingFlush();
        }
        catch (ObjectDisposedException)
        {
            // A writer over a stream does not take it kindly once it is completed: the connection has just ended by itself.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await CopyAsync();
        }
        catch (Exception)
        {
            // Whatever the destination throws (under TLS and HTTP/2 that is not an IOException only), the peer gets no more: completing our reader tells the outbox, and the
            // read loop ends the session. Passed on, it would cost the roster the place of the connection.
        }

        await _pipe.Reader.CompleteAsync();
    }

    private async Task CopyAsync()
    {
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync();
            foreach (var segment in read.Buffer)
            {
                var sent = await _destination.WriteAsync(segment);
                if (sent.IsCompleted || _aborted)
                {
                    return;
                }
            }

            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || _aborted)
            {
                return;
            }
        }
    }
}
