using Microsoft.Extensions.Logging;
using WampRouter.Logging;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Logging;

/// <summary>What a flood of one event does to the log.</summary>
public sealed class SampledLoggerTests
{
    private static readonly EventId Fault = new(7, "Fault");

    private readonly ManualTime _time = new();
    private LogRecorder<SampledLoggerTests> _recorder = null!;
    private LogSampling _sampling = null!;
    private ILogger<SampledLoggerTests> _logger = null!;

    [SetUp]
    public void SetUp() => SetUp(LogLevel.Debug);

    [TearDown]
    public void TearDown() => _sampling.Dispose();

    [Test]
    public void Log_TwoThousandEqualFaults_GivesAFewLinesAndTheNumberOfTheRest()
    {
        Flood(2_000);

        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines), "at first");
        _time.Advance(EventFlood.Window);
        Assert.That(_recorder.Entries[^1], Is.EqualTo((LogLevel.Information, new EventId(1001, "LeftOut"), "… 1,990 more of event 7 (Fault) within 10 s were left out")));
        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines + 1));
    }

    [Test]
    public void Log_FewLines_AreAllWrittenAndNothingIsAdded()
    {
        Flood(EventFlood.MostLines);
        _time.Advance(EventFlood.Window * 3);

        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines));
    }

    [Test]
    public void Log_FloodGoesOn_EachWindowHasItsLinesAndItsNumber()
    {
        for (var second = 0; second < 20; second++)
        {
            Flood(100);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(_recorder.Lines, Has.Count.EqualTo(2 * (EventFlood.MostLines + 1)));
        Assert.That(_recorder.Lines.Where(line => line.StartsWith("… 990 more", StringComparison.Ordinal)), Has.Exactly(2).Items);
    }

    [Test]
    public void Log_LinesFarApart_AreAllWritten()
    {
        for (var i = 0; i < 100; i++)
        {
            Flood(1);
            _time.Advance(EventFlood.Window / 5);
        }

        Assert.That(_recorder.Lines, Has.Count.EqualTo(100));
    }

    [Test]
    public void Log_FloodOfOneEvent_LeavesOthersAlone()
    {
        Flood(2_000);
        _logger.Log(LogLevel.Warning, new EventId(8), "other", null, (text, _) => text);

        Assert.That(_recorder.Lines[^1], Is.EqualTo("other"));
    }

    [Test]
    public void Log_BelowInformation_IsNeverLeftOut()
    {
        Flood(2_000, LogLevel.Debug);

        Assert.That(_recorder.Lines, Has.Count.EqualTo(2_000));
    }

    [Test]
    public void Log_LevelThatNobodyReads_IsNotCounted()
    {
        SetUp(LogLevel.Warning);

        Flood(2_000);
        _time.Advance(EventFlood.Window);

        Assert.That(_recorder.Lines, Is.Empty);
    }

    [Test]
    public void Dispose_LinesWereLeftOut_SaysHowMany()
    {
        Flood(15);

        _sampling.Dispose();

        Assert.That(_recorder.Lines[^1], Does.StartWith("… 5 more of event 7"));
        _time.Advance(EventFlood.Window);
        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines + 1), "said once");
    }

    private void SetUp(LogLevel least)
    {
        _recorder = new LogRecorder<SampledLoggerTests> { Least = least };
        _sampling = new LogSampling(_recorder.AsFactory(), _time);
        _logger = _sampling.For<SampledLoggerTests>();
    }

    private void Flood(int lines, LogLevel level = LogLevel.Information)
    {
        for (var i = 0; i < lines; i++)
        {
            _logger.Log(level, Fault, "broken", null, (text, _) => text);
        }
    }
}
