using System.Text;

namespace WampRouter.Server.Logging;

/// <summary>
/// Standard output and standard error of a process that waits for nobody who reads them: what is written waits in a bounded queue for a thread of its own. What does not
/// fit is counted, and the count is written where it is missing, as soon as there is room. Any thread.
/// </summary>
internal sealed class ConsoleOutput : IDisposable
{
    /// <summary>What may wait, in bytes of memory, however few lines that is.</summary>
    public const int MostWaitingBytes = 4 * 1024 * 1024;

    /// <summary>What the end of the process waits for a console that takes nothing.</summary>
    public static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();      // a monitor, to wait with; nothing is written under it
    private readonly Queue<Line> _waiting = new();
    private readonly Stream _output;
    private readonly Stream _error;
    private readonly int _mostLines;
    private readonly Func<long, string> _describeDropped;
    private readonly Thread _thread;
    private readonly LogMetrics? _metrics;
    private long _waitingBytes;
    private long _dropped;                      // since the last time that was told
    private bool _isBusy = true;                // the thread has not come to wait
    private bool _isBroken;                     // the last write failed: nothing is told until another line comes
    private bool _isStopping;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="mostLines">Lines that may wait.</param>
    /// <param name="describeDropped">The line that says how many lines are missing.</param>
    /// <param name="metrics">Counts them; null: nobody hears.</param>
    public ConsoleOutput(Stream output, Stream error, int mostLines, Func<long, string> describeDropped, LogMetrics? metrics = null)
    {
        _metrics = metrics;
        (_output, _error, _mostLines, _describeDropped) = (output, error, mostLines, describeDropped);
        _thread = new Thread(WriteAll) { Name = "console", IsBackground = true };      // in the background: a console that is stuck does not keep the process
        _thread.Start();
        metrics?.Watch(() => Look(output => output._waiting.Count), mostLines, () => Look(output => output._waitingBytes), MostWaitingBytes);
    }

    /// <summary>Puts whole lines, with their ends, in the queue; or counts them as one line dropped.</summary>
    public void Write(string text, bool isError = false)
    {
        lock (_gate)
        {
            var bytes = Line.SizeOf(text);
            if (_isStopping || _waiting.Count >= _mostLines || _waitingBytes + bytes > MostWaitingBytes)
            {
                Drop();
                return;
            }

            if (_dropped > 0)
            {
                _waiting.Enqueue(new Line(null, _dropped, isError));        // before what comes after the gap
                _dropped = 0;
            }

            _waiting.Enqueue(new Line(text, 0, isError));
            _waitingBytes += bytes;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all is written, or the time is over.</summary>
    public void Drain(TimeSpan atMost)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(atMost.TotalSeconds * TimeProvider.System.TimestampFrequency);
        lock (_gate)
        {
            while ((_isBusy || _waiting.Count > 0) && TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), end) is { Ticks: > 0 } left)
            {
                Monitor.Wait(_gate, left);
            }
        }
    }

    /// <summary>Writes what waits, unless the console takes too long. Nothing is taken any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join(LongestFarewell);
    }

    private long Look(Func<ConsoleOutput, long> at)
    {
        lock (_gate)
        {
            return at(this);
        }
    }

    private void WriteAll()
    {
        while (Next() is { } line)
        {
            var text = line.Text ?? _describeDropped(line.Dropped);
            try
            {
                (line.IsError ? _error : _output).Write(Encoding.UTF8.GetBytes(text));
                Note(line, isWritten: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)      // the reader is gone or the disk is full: the console cannot say so
            {
                Note(line, isWritten: false);
            }
        }
    }

    private Line? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_waiting.TryDequeue(out var line))
                {
                    _waitingBytes -= line.Text is null ? 0 : Line.SizeOf(line.Text);
                    _isBusy = true;
                    return line;
                }

                if (_dropped > 0 && !_isBroken)
                {
                    var dropped = _dropped;
                    (_dropped, _isBusy) = (0, true);
                    return new Line(null, dropped, IsError: false);
                }

                if (_isStopping)
                {
                    return null;
                }

                _isBusy = false;
                Monitor.PulseAll(_gate);
                Monitor.Wait(_gate);
            }
        }
    }

    private void Note(Line line, bool isWritten)
    {
        lock (_gate)
        {
            _isBroken = !isWritten;
            if (isWritten)
            {
                return;
            }

            _dropped += line.Dropped;
            if (line.Text is not null)
            {
                Drop();
            }
        }
    }

    private void Drop()
    {
        _dropped++;
        _metrics?.Dropped();
    }

    /// <summary>What waits: text, or where that is null the news that so many lines are missing.</summary>
    private readonly record struct Line(string? Text, long Dropped, bool IsError)
    {
        private const int OverheadBytes = 64;

        public static long SizeOf(string text) => OverheadBytes + (sizeof(char) * (long)text.Length);
    }
}
