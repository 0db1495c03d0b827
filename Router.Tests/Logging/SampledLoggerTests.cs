using System.Net;
using Microsoft.Extensions.Logging;
using WampRouter.Logging;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Logging;

/// <summary>What a flood of one event does to the log.</summary>
public sealed partial class SampledLoggerTests
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

    [Test]
    public void Log_FloodFromOneAddress_DoesNotHideOthers()
    {
        for (var i = 0; i < 2_000; i++)
        {
            LogAddress("192.0.2.7");
        }

        LogAddress("192.0.2.8");

        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines + EventFlood.MostLinesOfAddress + 1));
        Assert.That(_recorder.Lines[^1], Is.EqualTo("Refused 192.0.2.8"));
    }

    [Test]
    public void Log_AddressesOfOneSubscriber_AreOne()
    {
        for (var i = 0; i < 100; i++)
        {
            LogAddress($"2001:db8:0:1::{i:x}");
        }

        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines + EventFlood.MostLinesOfAddress));
    }

    [Test]
    public void Log_FloodFromManyAddresses_IsBounded()
    {
        for (var i = 0; i < 10_000; i++)
        {
            LogAddress($"10.0.{i / 256}.{i % 256}");
        }

        Assert.That(_recorder.Lines, Has.Count.EqualTo(EventFlood.MostLines + EventFlood.MostAddresses));
        _time.Advance(EventFlood.Window);
        LogAddress("10.9.9.9");
        Assert.That(_recorder.Lines[^1], Is.EqualTo("Refused 10.9.9.9"), "the next window has room again");
    }

    [Test]
    public void Log_TextsOfPeers_AreShownInMessageAndValues()
    {
        IReadOnlyList<KeyValuePair<string, object?>>? seen = null;
        var logger = new SampledLogger<SampledLoggerTests>(new StateLogger(state => seen = state), _time);
        var endPoint = new IPEndPoint(IPAddress.Loopback, 5);

        Lines.Faults(logger, "a\u001bb", 1_234, endPoint);

        Assert.That(seen!.ToString(), Is.EqualTo(@"{x} a\u001bb: 1,234 times by 127.0.0.1:5"));
        Assert.That(seen!.Single(value => value.Key == "Text").Value, Is.EqualTo(@"a\u001bb"));
    }

    private void LogAddress(string address) => Lines.Refused(_logger, address);

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

    /// <summary>Hands on what a formatter gets to see.</summary>
    private sealed class StateLogger(Action<IReadOnlyList<KeyValuePair<string, object?>>> take) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            take((IReadOnlyList<KeyValuePair<string, object?>>)state!);
    }

    private static partial class Lines
    {
        [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "Refused {Address}")]
        public static partial void Refused(ILogger logger, string address);

        [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message = "{{x}} {Text}: {Count:N0} times by {EndPoint}")]
        public static partial void Faults(ILogger logger, string text, int count, EndPoint endPoint);
    }
}
