using System.Text;
using WampRouter.Server.Logging;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Logging;

/// <summary>Nobody waits for a console: not who logs, not who ends the process. What is lost is told.</summary>
public sealed class ConsoleOutputTests
{
    private const int Most = 3;

    private TestMeters _meters = null!;
    private StuckConsole _console = null!;
    private ConsoleOutput _output = null!;

    [SetUp]
    public void SetUp()
    {
        _meters = new TestMeters();
        _console = new StuckConsole();
        _output = new ConsoleOutput(_console, Stream.Null, Most, lines => $"{lines} missing\n", new LogMetrics(_meters.Router));
    }

    [TearDown]
    public void TearDown()
    {
        _console.Take();
        _output.Dispose();
        _console.Dispose();
        _meters.Dispose();
    }

    [Test]
    public async Task Write_NobodyReads_ReturnsAndCountsWhatDoesNotFit()
    {
        await FillAsync();
        using var dropped = new Measured(_meters.Router, "wamp_router.log.dropped_lines");

        for (var i = 0; i < 1_000; i++)
        {
            _output.Write("lost\n");
        }

        Assert.That(dropped.Sum, Is.EqualTo(1_000));
    }

    [Test]
    public async Task Write_ConsoleTakesLinesAgain_SaysHowManyAreMissingWhereTheyAre()
    {
        await FillAsync();
        _output.Write("lost\n");
        _output.Write("lost\n");

        _console.Take();
        await _console.HasAsync("stuck\n0\n1\n2\n2 missing\n").Soon();
        _output.Write("next\n");

        await _console.HasAsync("stuck\n0\n1\n2\n2 missing\nnext\n").Soon();
    }

    [Test]
    public async Task Write_LinesOfManyBytes_AreBoundedInBytes()
    {
        _output.Write("stuck\n");
        await _console.Reached.Soon();
        using var dropped = new Measured(_meters.Router, "wamp_router.log.dropped_lines");

        _output.Write(new string('x', ConsoleOutput.MostWaitingBytes / 4));
        _output.Write(new string('x', ConsoleOutput.MostWaitingBytes / 4));

        Assert.That(dropped.Sum, Is.EqualTo(1));
    }

    [Test]
    public async Task Dispose_NobodyReads_ComesToAnEnd()
    {
        await FillAsync();

        await Task.Run(_output.Dispose).Soon();

        Assert.That(_console.Text, Is.Empty);
    }

    [Test]
    public async Task Dispose_ConsoleTakesLines_WritesAllThatWaits()
    {
        await FillAsync();

        _console.Take();
        _output.Dispose();

        Assert.That(_console.Text, Is.EqualTo("stuck\n0\n1\n2\n"));
    }

    [Test]
    public async Task Write_ConsoleFails_LineCountsAsDroppedAndTheNextAreWritten()
    {
        _console.Fail();
        _output.Write("lost\n");
        await _console.Reached.Soon();
        _console.Take();
        _output.Drain(TimeSpan.FromSeconds(5));

        _output.Write("next\n");

        await _console.HasAsync("1 missing\nnext\n").Soon();
    }

    private async Task FillAsync()
    {
        _output.Write("stuck\n");
        await _console.Reached.Soon();
        for (var i = 0; i < Most; i++)
        {
            _output.Write($"{i}\n");
        }
    }

    /// <summary>A console that nobody reads until <see cref="Take"/>.</summary>
    private sealed class StuckConsole : MemoryStream
    {
        private readonly ManualResetEventSlim _isTaken = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();
        private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _fails;

        public Task Reached => _reached.Task;

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public void Take() => _isTaken.Set();

        public void Fail() => _fails = true;

        public async Task HasAsync(string text)
        {
            while (true)
            {
                var grown = Volatile.Read(ref _grown).Task;
                if (Text == text)
                {
                    return;
                }

                await grown;
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            _reached.TrySetResult();
            _isTaken.Wait();
            if (_fails)
            {
                _fails = false;
                throw new IOException("the console is gone");
            }

            lock (_gate)
            {
                base.Write(buffer, offset, count);
            }

            Interlocked.Exchange(ref _grown, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        protected override void Dispose(bool disposing)
        {
            _isTaken.Dispose();
            base.Dispose(disposing);
        }
    }
}
