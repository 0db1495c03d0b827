using System.IO.Pipelines;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports;

/// <summary>Who has a place, who is ticked, and who is told to go.</summary>
internal sealed class ConnectionRosterTests
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private ManualTime _time = null!;
    private ConnectionRoster _roster = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        var options = new TransportOptions { MaxConnections = 2, CloseTimeout = 8 * Heartbeat };
        var bounds = new LiveBounds(new(EntryLimits.Of(options, openFiles: null), new PaceLimits(options)));
        _roster = new ConnectionRoster(options, new TransportBudgets(options), bounds, new AddressTable(bounds, _time), _time);
    }

    [TearDown]
    public void TearDown() => _roster.Dispose();

    [Test]
    public void TryEnter_Full_LeavesNoTraceAndThereIsRoomWhenSomebodyLeaves()
    {
        Assert.That(new[] { _roster.TryEnter(), _roster.TryEnter(), _roster.TryEnter(), _roster.TryEnter() }, Is.EqualTo(new[] { Room.Granted, Room.Granted, Room.Full, Room.Full }));
        Assert.That(_roster.Count, Is.EqualTo(2));

        _roster.Leave(address: null);

        Assert.That((_roster.TryEnter(), _roster.TryEnter(), _roster.Count), Is.EqualTo((Room.Granted, Room.Full, 2)));
    }

    [Test]
    public async Task TryEnter_WhileShuttingDown_IsRefusedAndDoesNotCount()
    {
        _roster.TryEnter();
        _roster.StopAdmitting();

        Assert.That((_roster.TryEnter(), _roster.Count, _roster.IsShuttingDown), Is.EqualTo((Room.ShuttingDown, 1, true)));
        Assert.That(_roster.WhenEmptyAsync().IsCompleted, Is.False);
        _roster.Leave(address: null);

        await _roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public async Task StopAdmitting_NobodyIsThere_IsEmptyAtOnce()
    {
        Assert.That(_roster.WhenEmptyAsync().IsCompleted, Is.False);

        _roster.StopAdmitting();

        await _roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public void CloseAll_AsksEveryConnectionAndWhoComesAfterIt()
    {
        var (early, late, gone) = (Enter(), new TrackedConnection(), Enter());
        _roster.Leave(gone);
        _roster.TryEnter();     // has a place, and is not a connection yet

        _roster.CloseAll();
        _roster.Add(late);

        Assert.That((early.CloseRequests, late.CloseRequests, gone.CloseRequests), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public void Heartbeat_ReachesOpenConnectionsOnly()
    {
        var (stays, leaves) = (Enter(), Enter());
        _time.Advance(Heartbeat);
        _roster.Leave(leaves);
        _time.Advance(Heartbeat);

        Assert.That((stays.Heartbeats, leaves.Heartbeats), Is.EqualTo((2, 1)));
        Assert.That((stays.LastHeartbeat, _roster.Connections), Is.EqualTo((_time.GetTimestamp(), new[] { stays })));
    }

    [Test]
    public void Heartbeat_OneOutlastsItsPeriod_NoOtherBeginsMeanwhile()
    {
        var slow = Enter();
        slow.OnNextHeartbeat = () => _time.Advance(3 * Heartbeat);

        _time.Advance(Heartbeat);
        Assert.That(slow.Heartbeats, Is.EqualTo(1));
        _time.Advance(5 * Heartbeat);

        Assert.That(slow.Heartbeats, Is.GreaterThan(1), "and then it goes on");
    }

    [Test]
    public void Watch_IsAskedUntilItIsOver()
    {
        var (deadline, unwatched) = (new Deadline(asked: 2), new Deadline(asked: 9));
        _roster.Watch(deadline);
        _roster.Watch(unwatched);
        _roster.Unwatch(unwatched);

        _time.Advance(5 * Heartbeat);

        Assert.That((deadline.Asked, unwatched.Asked), Is.EqualTo((2, 0)));
    }

    private TrackedConnection Enter()
    {
        Assert.That(_roster.TryEnter(), Is.EqualTo(Room.Granted));
        var connection = new TrackedConnection();
        _roster.Add(connection);
        return connection;
    }

    private sealed class Deadline(int asked) : IDeadline
    {
        public int Asked { get; private set; }

        public bool IsOver(long now) => ++Asked == asked;

        public void Expire()
        {
        }
    }

    private sealed class TrackedConnection : ITrackedConnection
    {
        public int CloseRequests { get; private set; }

        public int Heartbeats { get; private set; }

        public long LastHeartbeat { get; private set; }

        public Action? OnNextHeartbeat { get; set; }

        public Outbox Outbox { get; } = new(new Pipe().Writer, new ByteBudget(0), 0);

        public ConnectionDetails Info { get; } = TestPeer.Local(WireFormat.Json);

        public int MaxMessageBytes => 0;

        public bool IsEnding => CloseRequests > 0;

        public Lateness Taking => default;

        public Lateness Sending => default;

        public void EndForOutboxPressure()
        {
        }

        public void EndForInboundPressure()
        {
        }

        public void RequestClose() => CloseRequests++;

        public void Abort()
        {
        }

        public void OnHeartbeat(long now)
        {
            (Heartbeats, LastHeartbeat) = (Heartbeats + 1, now);
            var next = OnNextHeartbeat;
            OnNextHeartbeat = null;
            next?.Invoke();
        }
    }
}
