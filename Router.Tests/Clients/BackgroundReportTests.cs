using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What went wrong in the background is told in the order it happened, one report at a time, however slow whoever listens is.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BackgroundReportTests
{
    private const int Capacity = 1024;

    private readonly Channel<bool> _mayReturn = Channel.CreateUnbounded<bool>();
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();
    private readonly Channel<int> _handled = Channel.CreateUnbounded<int>();
    private int _running;
    private int _mostRunning;
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        _joined.Client.BackgroundError += Observe;
        await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", (WampEvent message) => Fail(message), new WampSubscribeOptions { BufferSize = 2 * Capacity }));
    }

    [TearDown]
    public async Task LeaveAsync()
    {
        _mayReturn.Writer.Complete();
        await _joined.DisposeAsync();
    }

    [Test]
    public async Task BackgroundError_HandlerBlocks_GetsTheRestInOrderOneAtATime()
    {
        await ReportAsync(0, 100);
        Assert.That(await SeenAsync(), Is.EqualTo("0"));
        Assert.That(_seen.Reader.Count, Is.Zero, "the second one waits for the first");

        for (var i = 1; i < 100; i++)
        {
            Assert.That(await ReturnAsync(), Is.EqualTo($"{i}"));
        }

        Assert.That(_mostRunning, Is.EqualTo(1));
    }

    [Test]
    public async Task BackgroundError_MoreThanMayWait_TellsHowManyWereLostBehindThoseThatWaited()
    {
        await BlockAsync();
        await ReportAsync(1, Capacity + 3);

        var last = await ReturnAsync(times: Capacity);
        Assert.That(last, Is.EqualTo($"{Capacity}"));
        Assert.That(await ReturnAsync(), Does.StartWith("ReportsLost: 3 reports were lost").And.EndWith($"EventHandlerFailed, {Capacity + 3}"));
    }

    [Test]
    public async Task BackgroundError_RoomAgainAfterALoss_TellsOfTheLossBeforeWhatCameLater()
    {
        await BlockAsync();
        await ReportAsync(1, Capacity + 1);
        await ReturnAsync(times: (Capacity / 2) + 1);

        await ReportAsync(9000, 1);

        Assert.That(await ReturnAsync(times: Capacity / 2), Does.StartWith("ReportsLost: 1 "));
        Assert.That(await ReturnAsync(), Is.EqualTo("9000"));
    }

    [Test]
    public async Task BackgroundError_HandlerBlocks_TheClientGoesOn()
    {
        await BlockAsync();

        var calling = _joined.Client.CallAsync<int>("com.example.add", [2, 3]);
        await _joined.Peer.AnswerAsync("[50,$,{},[5]]");

        Assert.That(await calling.Soon(), Is.EqualTo(5));
    }

    private void Fail(WampEvent message)
    {
        var number = message.Arguments.Get<int>(0);
        if (number < 0)
        {
            _handled.Writer.TryWrite(number);
            return;
        }

        throw new InvalidOperationException($"{number}");
    }

    private async Task BlockAsync()
    {
        await ReportAsync(0, 1);
        Assert.That(await SeenAsync(), Is.EqualTo("0"));
    }

    /// <summary>Has so many errors reported, and comes back when they are.</summary>
    private async Task ReportAsync(int first, int count)
    {
        foreach (var number in Enumerable.Range(first, count).Append(-1))
        {
            await _joined.Peer.SendAsync($"[36,501,1,{{}},[{number}]]");
        }

        await _handled.Reader.ReadAsync().Soon();
    }

    private Task<string> SeenAsync() => _seen.Reader.ReadAsync().Soon();

    /// <summary>Lets the handler return so often; returns the report it is then called with.</summary>
    private async Task<string> ReturnAsync(int times = 1)
    {
        var last = string.Empty;
        for (var i = 0; i < times; i++)
        {
            _mayReturn.Writer.TryWrite(true);
            last = await SeenAsync();
        }

        return last;
    }

    private void Observe(object? sender, WampBackgroundErrorEventArgs report)
    {
        _mostRunning = Math.Max(_mostRunning, Interlocked.Increment(ref _running));
        _seen.Writer.TryWrite(report.Kind == WampBackgroundErrorKind.EventHandlerFailed ? report.Exception.Message : $"{report.Kind}: {report.Exception.Message}");
        _ = _mayReturn.Reader.WaitToReadAsync().AsTask().Wait(TimeSpan.FromSeconds(30)) && _mayReturn.Reader.TryRead(out _);
        Interlocked.Decrement(ref _running);
    }
}
