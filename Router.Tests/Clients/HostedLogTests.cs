using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What an application's log says of its client.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostedLogTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly HostedClient _hosted = new();
    private readonly ManualTime _time = new();

    [TearDown]
    public async Task DisposeAsync() => await _hosted.DisposeAsync();

    [Test]
    public async Task Log_StateAndBackground_AreTold()
    {
        _hosted.Add().AddSubscription<HostedClientTests.Listener, int>("com.example.t", (_, _) => throw new InvalidOperationException("no ears"));
        await _hosted.StartAsync();
        var errors = new BackgroundErrors(_hosted.Client);
        var peer = await _hosted.Router.WelcomeAsync();
        await peer.AnswerAsync("[33,$,501]");

        await peer.SendAsync("[36,501,1,{},[7]]");
        await errors.NextAsync();

        Assert.That(_hosted.Log.Lines, Does.Contain("Connected (router, realm realm1)"));
        Assert.That(_hosted.Log.Traced, Is.EqualTo(new[] { (LogLevel.Warning, "EventHandlerFailed at com.example.t: no ears") }), "with the trace, which leads to the handler");
    }

    [Test]
    public async Task Attempts_ThatFailForTheSameReason_AreWarnedOfOnceAndEveryTenth()
    {
        await BeAwayAsync(attempts: 25);

        Assert.That(Warnings(), Is.EqualTo(new[]
        {
            "Attempt 1 to connect failed (router, realm realm1): The router could not be reached: nobody listens",
            "Attempt 10 to connect failed (router, realm realm1): The router could not be reached: nobody listens",
        }));
        Assert.That(_hosted.Log.Traced.Select(line => line.Level), Is.EqualTo(Enumerable.Repeat(LogLevel.Debug, 25)), "a trace each, for those who look for it");
    }

    [Test]
    public async Task Attempts_AnotherReason_IsWarnedOf()
    {
        await BeAwayAsync(attempts: 2);
        _hosted.Router.IsDown = false;
        var errors = new BackgroundErrors(_hosted.Client);

        await RetryAsync();
        await (await _hosted.Router.AcceptAsync()).AnswerAsync("""[3,{},"wamp.error.unavailable"]""");
        await errors.NextAsync();

        Assert.That(Warnings(), Has.Count.EqualTo(2).And.Some.Contains("Attempt 3 ").And.Some.Contains("wamp.error.unavailable"));
    }

    [Test]
    public async Task Attempts_AfterTheNextLoss_AreWarnedOfAnew()
    {
        await BeAwayAsync(attempts: 2);
        _hosted.Router.IsDown = false;
        await RetryAsync();
        var peer = await _hosted.Router.WelcomeAsync();
        await _hosted.ReachAsync(WampClientState.Connected);
        var errors = new BackgroundErrors(_hosted.Client);

        _hosted.Router.IsDown = true;
        await peer.CloseAsync();
        await RetryAsync();
        await errors.NextAsync();

        Assert.That(Warnings().Where(line => line.StartsWith("Attempt 1 ", StringComparison.Ordinal)), Has.Exactly(2).Items);
    }

    /// <summary>Starts while the router is away, and until so many attempts have failed.</summary>
    private async Task BeAwayAsync(int attempts)
    {
        _hosted.Services.AddSingleton<TimeProvider>(_time);
        _hosted.Add(settings => settings.Reconnect.InitialDelay = settings.Reconnect.MaxDelay = Delay);
        _hosted.Router.IsDown = true;
        var errors = new BackgroundErrors(_hosted.Client);
        await _hosted.StartAsync();
        await errors.NextAsync();
        for (var attempt = 1; attempt < attempts; attempt++)
        {
            await RetryAsync();
            await errors.NextAsync();
        }
    }

    private async Task RetryAsync()
    {
        await _time.WhenWaitedForAsync(Delay).Soon();
        _time.Advance(Delay);
    }

    private IReadOnlyList<string> Warnings() =>
        [.. _hosted.Log.Entries.Where(line => line.Level == LogLevel.Warning && line.Text.StartsWith("Attempt", StringComparison.Ordinal)).Select(line => line.Text)];
}
