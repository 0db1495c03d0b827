using WampRouter.Hosting;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;

namespace WampRouter.Tests.Hosting;

/// <summary>What a shutdown says of itself: who is there, what it waits for, and what it cut off.</summary>
public sealed class RouterShutdownTests
{
    private ManualTime _time = null!;
    private LogRecorder<RouterShutdown> _log = null!;
    private ConnectionRoster _connections = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void CreateRouter()
    {
        (_time, _log) = (new ManualTime(), new LogRecorder<RouterShutdown>());
        var options = new TransportOptions();
        var bounds = new LiveBounds(new(EntryLimits.Of(options, openFiles: null), new PaceLimits(options)));
        _connections = new ConnectionRoster(options, new TransportBudgets(options), bounds, new AddressTable(bounds, _time), _time);
        _router = new TestRouter(options: new WampSessionOptions { DrainTimeout = TimeSpan.FromSeconds(5) }, time: _time);
    }

    [TearDown]
    public void Dispose()
    {
        _router.Dispose();
        _connections.Dispose();
    }

    [Test]
    public async Task Stop_NobodyThere_SaysThatNothingWasCutOff()
    {
        var shutdown = new RouterShutdown(_router.Context, _connections, _router.Logins, _log);

        await shutdown.StoppingAsync(CancellationToken.None).Soon();
        await shutdown.StoppedAsync(CancellationToken.None).Soon();

        Assert.That(_log.Of(1230), Is.EqualTo(new[] { "Shutting down (restart); sessions: 0, calls under way: 0" }));
        Assert.That(_log.Of(1234), Is.Empty);
        Assert.That(_log.Of(1235), Is.Empty);
        Assert.That(_log.Of(1236), Is.EqualTo(new[] { "The router has stopped; calls cut off: 0, connections dropped: 0" }));
    }

    [Test]
    public async Task Stop_AskedTwice_StopsOnceAndBothWaitForIt()
    {
        var callee = _router.Join();
        callee.Send("""[64,1,{},"com.example.slow"]""").Discard();
        var caller = _router.Join();
        caller.Send("""[48,1,{},"com.example.slow"]""");
        var shutdown = new RouterShutdown(_router.Context, _connections, _router.Logins, _log);

        var first = shutdown.StoppingAsync(CancellationToken.None);
        var second = shutdown.StoppingAsync(CancellationToken.None);
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));
        callee.Send("[70,1,{}]");
        while (!second.IsCompleted)
        {
            await Task.WhenAny(second, _time.WhenWaitedForAsync(TimeSpan.FromSeconds(6))).Soon();
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await first.Soon();
        await shutdown.StoppedAsync(CancellationToken.None).Soon();
        await shutdown.StoppedAsync(CancellationToken.None).Soon();

        Assert.That((_log.Of(1230).Count, _log.Of(1236).Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Dispose_SessionsThatNobodyStopped_AreEndedAndCounted()
    {
        var client = _router.Join();
        var shutdown = new RouterShutdown(_router.Context, _connections, _router.Logins, _log);

        shutdown.Dispose();

        Assert.That(client.Take().Single(), Does.StartWith("[6,").And.Contains("wamp.close.system_shutdown"));
        Assert.That(_log.Of(1239), Is.EqualTo(new[] { "The router's services were disposed of before it was stopped; sessions cut off: 1, connections dropped: 0" }));
    }

    [Test]
    public async Task Dispose_AfterTheStop_SaysNothing()
    {
        Assert.That(_connections.TryEnter(), Is.EqualTo(Room.Granted));        // and never leaves
        var shutdown = new RouterShutdown(_router.Context, _connections, _router.Logins, _log);
        var stopping = shutdown.StoppingAsync(new CancellationToken(canceled: true));
        await stopping.Soon();

        shutdown.Dispose();

        Assert.That(_log.Of(1239), Is.Empty);
    }

    [Test]
    public async Task Stop_CallThatIsNotAnsweredAndConnectionThatStays_SaysWhatItWaitsForAndWhatItCutsOff()
    {
        Assert.That(_connections.TryEnter(), Is.EqualTo(Room.Granted));        // and never leaves
        var callee = _router.Join();
        callee.Send("""[64,1,{},"com.example.slow"]""").Discard();
        var caller = _router.Join();
        caller.Send("""[48,1,{},"com.example.slow"]""");
        var shutdown = new RouterShutdown(_router.Context, _connections, _router.Logins, _log);

        var stopping = shutdown.StoppingAsync(CancellationToken.None);
        Assert.That(_log.Of(1230), Is.EqualTo(new[] { "Shutting down (restart); sessions: 2, calls under way: 1" }));
        Assert.That(_log.Of(1234), Is.EqualTo(new[] { "Calls under way: 1; they have 00:00:05 to be answered (Sessions:DrainTimeout)" }), "before it waits");
        Assert.That(_log.Of(1235), Is.Empty);
        while (!stopping.IsCompleted)
        {
            await Task.WhenAny(stopping, _time.WhenWaitedForAsync(TimeSpan.FromSeconds(6))).Soon();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await shutdown.StoppedAsync(CancellationToken.None).Soon();

        Assert.That(_log.Of(1235), Is.EqualTo(new[] { "Calls that were not answered in time and are cut off: 1" }));
        Assert.That(_log.Of(1232), Is.EqualTo(new[] { "Connections that did not close in time and are dropped: 1" }));
        Assert.That(_log.Of(1236), Is.EqualTo(new[] { "The router has stopped; calls cut off: 1, connections dropped: 1" }));
    }

    [Test]
    public async Task Stop_CallThatIsAnsweredInTime_CutsNothingOff()
    {
        var callee = _router.Join();
        callee.Send("""[64,1,{},"com.example.slow"]""").Discard();
        var caller = _router.Join();
        caller.Send("""[48,1,{},"com.example.slow"]""");
        var shutdown = new RouterShutdown(_router.Context, _connections, _router.Logins, _log);

        var stopping = shutdown.StoppingAsync(CancellationToken.None);
        callee.Send("[70,1,{}]");
        while (!stopping.IsCompleted)
        {
            await Task.WhenAny(stopping, _time.WhenWaitedForAsync(TimeSpan.FromSeconds(6))).Soon();
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await shutdown.StoppedAsync(CancellationToken.None).Soon();

        Assert.That(_log.Of(1234), Has.Count.EqualTo(1));
        Assert.That(_log.Of(1235), Is.Empty);
        Assert.That(_log.Of(1236), Is.EqualTo(new[] { "The router has stopped; calls cut off: 0, connections dropped: 0" }));
    }
}
