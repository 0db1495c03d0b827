using System.IO.Pipelines;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;

namespace WampRouter.Tests.Transports;

/// <summary>Why there is a pump: a stream's writer loses what is written while its flush is under way.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OutputPumpTests
{
    private readonly GatedStream _stream = new();

    [Test]
    public async Task Writer_WrittenWhileTheDestinationIsBusy_LosesNothing()
    {
        var pump = new OutputPump(PipeWriter.Create(_stream));
        await pump.Writer.WriteAsync(new byte[] { 1, 2 });
        await _stream.Entered;

        await pump.Writer.WriteAsync(new byte[] { 3, 4 });
        pump.Writer.GetSpan(1)[0] = 5;
        pump.Writer.Advance(1);
        _stream.Open();
        await pump.CompleteAsync().Soon();

        Assert.That(_stream.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public async Task Abort_DuringAWrite_EndsThePump()
    {
        var pump = new OutputPump(PipeWriter.Create(_stream));
        await pump.Writer.WriteAsync(new byte[] { 1 });
        await _stream.Entered;

        pump.Abort();

        await pump.CompleteAsync().Soon();
    }

    private static IEnumerable<Exception> Failures() =>
        [new IOException("reset"), new OperationCanceledException(), new ObjectDisposedException("stream"), new InvalidOperationException("completed"), new NotSupportedException("busy")];

    [TestCaseSource(nameof(Failures))]
    public async Task Destination_Fails_WriterIsToldAndNobodyElse(Exception failure)
    {
        var pump = new OutputPump(PipeWriter.Create(_stream));
        _stream.Fail(failure);

        FlushResult flush;
        do
        {
            flush = await pump.Writer.WriteAsync(new byte[] { 1 }).Soon();
        }
        while (!flush.IsCompleted);

        await pump.CompleteAsync().Soon();
    }

    [Test]
    public async Task Abort_TheConnectionHasJustEnded_DoesNothing()
    {
        // Whoever walks all connections, to drop them or to look at their clocks, may still hold one that is over.
        var destination = PipeWriter.Create(_stream);
        var pump = new OutputPump(destination);
        _stream.Open();
        await pump.Writer.WriteAsync(new byte[] { 1 });
        await pump.CompleteAsync().Soon();
        await destination.CompleteAsync();

        Assert.That(pump.Abort, Throws.Nothing);
    }

    [Test]
    public void IsTruePipe_OfAPipeAndOfAStream_TellsThemApart()
    {
        Assert.That(OutputPump.IsTruePipe(new Pipe().Writer), Is.True);
        Assert.That(OutputPump.IsTruePipe(PipeWriter.Create(_stream)), Is.False);
    }

    /// <summary>A stream whose writes wait until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task.Soon();

        public void Open() => _gate.SetResult();

        public void Fail(Exception e) => _gate.SetException(e);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _entered.TrySetResult();
            await _gate.Task.WaitAsync(cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
