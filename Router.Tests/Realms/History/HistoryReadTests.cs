using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.History;

/// <summary>How many read a history at the same time, who waits, and what ends a reading before its answer.</summary>
public sealed class HistoryReadTests
{
    private HeldHistory _history = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => Start(new RealmLimits { MaxHistoryReads = 2, MaxHistoryReadsPerSession = 3, MaxWaitingHistoryReads = 3 });

    [TearDown]
    public void TearDown()
    {
        _router.Dispose();
        _history.Dispose();
    }

    [Test]
    public async Task GetEvents_SeveralOfOneSession_RunOneAfterTheOther()
    {
        var peer = Ask(_router.Join(), 1, 2);
        Assert.That(_history.Running, Has.Count.EqualTo(1), "there would be room for another one");

        Finish(0);
        await _history.WhenRunning(1);
        Finish(0);

        Assert.That(peer.Take(), Is.EqualTo(new[] { "[50,1,{},[[]]]", "[50,2,{},[[]]]" }));
    }

    [Test]
    public void GetEvents_MoreOfOneSessionThanItMayHave_AreRefusedAndTheOthersGoOn()
    {
        var peer = Ask(_router.Join(), 1, 2, 3, 4);

        Assert.That(peer.Take().Single(), Does.StartWith("[8,48,4,{},\"wamp.error.unavailable\"").And.Contain("limits.maxHistoryReadsPerSession"));
        Finish(0);
        Assert.That(peer.Take().Single(), Does.StartWith("[50,1,"));
        Assert.That(Ask(peer, 5).Take(), Is.Empty, "there is a place again");
    }

    [Test]
    public void GetEvents_MoreOfAllSessionsThanMayWait_AreRefused()
    {
        Ask(_router.Join(), 1, 2, 3);
        Ask(_router.Join(), 1, 2);

        Assert.That(Ask(_router.Join(), 1).Take().Single(), Does.StartWith("[8,48,1,").And.Contain("limits.maxWaitingHistoryReads"));
    }

    [Test]
    public void GetEvents_MoreOfOnePrincipalThanItMayHave_AreRefusedAndAnotherIsServed()
    {
        Start(new RealmLimits { MaxHistoryReadsPerPrincipal = 2 });
        Ask(_router.Join(), 1);
        Ask(_router.Join(), 1);

        Assert.That(Ask(_router.Join(), 1).Take().Single(), Does.StartWith("[8,48,1,").And.Contain("limits.maxHistoryReadsPerPrincipal"));
        var elsewhere = _router.Connect(TestPeer.Local(WampRouter.Wire.WireFormat.Json) with { RemoteEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.1"), 1) });
        elsewhere.Join();
        Assert.That(Ask(elsewhere, 1).Take(), Is.Empty);
    }

    [Test]
    public async Task GetEvents_OneSessionAsksForMuch_TheOthersTakeTurnsWithIt()
    {
        Start(new RealmLimits { MaxHistoryReads = 1 });
        var (greedy, modest) = (_router.Join(), _router.Join());
        Ask(greedy, 1, 2, 3);
        Ask(modest, 1);

        Finish(0);
        await _history.WhenRunning(1);
        Finish(0);

        Assert.That((greedy.Take().Count, modest.Take().Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Call_OfAnotherProcedureMeanwhile_IsAnsweredAtOnce()
    {
        var peer = Ask(_router.Join(), 1, 2, 3);

        Assert.That(peer.Send("""[48,4,{},"wamp.session.count"]""").Take(), Is.EqualTo(new[] { "[50,4,{},[1]]" }));
    }

    [TestCase(1UL, Description = "it runs")]
    [TestCase(2UL, Description = "it waits")]
    public async Task Cancel_OfAReading_AnswersItAndLetsTheNextOneRun(ulong request)
    {
        var peer = Ask(_router.Join(), 1, 2, 3);

        peer.Send($"[49,{request},{{}}]");
        Assert.That(peer.Take().Single(), Does.StartWith($"[8,48,{request},{{}},\"wamp.error.canceled\""));

        for (var left = request == 1 ? 3 : 2; left > 0; left--)
        {
            await _history.WhenRunning(1);
            Finish(0);
        }

        Assert.That(peer.Take(), Has.Count.EqualTo(2), "each is answered once");
        Assert.That(Ask(peer, 5, 6, 7).Take(), Is.Empty, "and all places are free");
    }

    [Test]
    public void GetEvents_CalledInPieces_PassesOverTheOtherPieces()
    {
        var peer = _router.Join(Dealer.DealerRig.Announcing("", caller: "progressive_call_invocations call_canceling"));
        for (var piece = 0; piece < 2; piece++)
        {
            peer.Send("""[48,1,{"progress":true},"wamp.subscription.get_events",[1]]""");
        }

        Finish(0);
        Assert.That(peer.Take(), Is.EqualTo(new[] { "[50,1,{},[[]]]" }));
        Assert.That(peer.Send("""[48,1,{},"wamp.subscription.get_events",[1]]""").Take(), Is.Empty, "the last piece comes late");
        Assert.That(Ask(peer, 2).Take(), Is.Empty);
        Assert.That(_history.Running, Has.Count.EqualTo(1));
    }

    [Test]
    public void Drain_WhileAReadingRuns_WaitsForIt()
    {
        Ask(_router.Join(), 1);

        Assert.That(_router.Live.PendingCalls, Is.EqualTo(1));
        Finish(0);
        Assert.That(_router.Live.PendingCalls, Is.Zero);
    }

    [Test]
    public async Task Cancel_OverAndOver_LeavesNothingInTheLine()
    {
        Ask(_router.Join(), 1);
        Ask(_router.Join(), 1);
        var peer = _router.Join();
        for (var request = 1; request <= 100; request++)
        {
            Ask(peer, (ulong)request).Send($"[49,{request},{{}}]");
        }

        Assert.That(peer.Take().Select(answer => answer[..6]), Is.All.EqualTo("[8,48,"));
        Ask(peer, 101);
        Finish(0);
        await _history.WhenRunning(2);
        Finish(1);

        Assert.That(peer.Take().Single(), Does.StartWith("[50,101,"));
    }

    [Test]
    public async Task Disconnect_OfTheReader_StopsWhatRunsAndDropsWhatWaits()
    {
        Start(new RealmLimits { MaxHistoryReads = 1 });
        var (gone, here) = (_router.Join(), _router.Join());
        Ask(gone, 1, 2, 3);
        Ask(here, 1);

        gone.Disconnect();
        Assert.That(_history.Running.Single().IsStopped, Is.True);
        Finish(0);
        await _history.WhenRunning(1);
        Finish(0);

        Assert.That(here.Take().Single(), Does.StartWith("[50,1,"));
        Assert.That(_history.Running, Is.Empty, "what waited never ran");
    }

    [Test]
    public void Goodbye_WhileAReadingRuns_ItsPlaceIsFreeForTheOthers()
    {
        Start(new RealmLimits { MaxHistoryReads = 1, MaxWaitingHistoryReads = 0 });
        var gone = Ask(_router.Join(), 1);

        gone.Send("""[6,{},"wamp.close.close_realm"]""");
        Finish(0);

        Assert.That(Ask(_router.Join(), 1).Take(), Is.Empty);
        Assert.That(_history.Running, Has.Count.EqualTo(1));
    }

    [Test]
    public void GetEvents_RequestIdOfAReadingUnderWay_IsAViolation()
    {
        var peer = Ask(_router.Join(), 1);

        Assert.That(Ask(peer, 1).Take().Single(), Does.Contain("still under way"));
    }

    [Test]
    public async Task GetEvents_NothingFoundInItsTurnAndOthersWait_LetsThemGoFirst()
    {
        Start(new RealmLimits { MaxHistoryReads = 1 });
        var (walking, waiting) = (Ask(_router.Join(), 1), Ask(_router.Join(), 1));

        _history.End(0, isOver: false);
        await _history.WhenRunning(1);
        Finish(0);

        Assert.That((walking.Take().Count, waiting.Take().Count), Is.EqualTo((0, 1)));
        await _history.WhenRunning(1);
        Finish(0);
        Assert.That(walking.Take(), Is.EqualTo(new[] { "[50,1,{},[[]]]" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task GetEvents_SomethingFoundInItsTurn_GoesOnUnlessOthersWait(bool doOthersWait)
    {
        Start(new RealmLimits { MaxHistoryReads = 1 });
        var peer = Ask(_router.Join(), 1);
        if (doOthersWait)
        {
            Ask(_router.Join(), 1);
        }

        _history.Find(0);
        _history.End(0, isOver: false);
        if (!doOthersWait)
        {
            await _history.WhenRunning(1);
            Finish(0);
        }

        Assert.That(peer.Take().Single(), Does.StartWith(doOthersWait ? """[50,1,{"_more":true},[[{"timestamp":""" : """[50,1,{},[[{"timestamp":"""));
    }

    private static TestPeer Ask(TestPeer peer, params ulong[] requests)
    {
        foreach (var request in requests)
        {
            peer.Send($"[48,{request},{{}},\"wamp.subscription.get_events\",[1]]");
        }

        return peer;
    }

    private void Finish(int running) => _history.End(running, isOver: true);

    private void Start(RealmLimits limits)
    {
        _router?.Dispose();
        _history = new HeldHistory();
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = limits, History = [new HistorySettings { Uri = "com.kept" }] }, histories: _history);
    }

    /// <summary>A store whose turns end when the test says.</summary>
    private sealed class HeldHistory : IEventHistories, IEventHistory
    {
        private readonly List<(HistoryReading Reading, TaskCompletionSource End)> _running = [];
        private readonly SemaphoreSlim _begun = new(0);

        public HistoryVolume Volume => default;

        public IReadOnlyList<HistoryReading> Running
        {
            get
            {
                lock (_running)
                {
                    return [.. _running.Select(turn => turn.Reading)];
                }
            }
        }

        public IEventHistory Open(string realm, HistorySettings settings) => this;

        public void Apply(HistorySettings settings)
        {
        }

        public void Dispose()
        {
        }

        public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt) => true;

        public Task ReadAsync(HistoryReading reading)
        {
            var end = new TaskCompletionSource();
            lock (_running)
            {
                _running.Add((reading, end));
            }

            _begun.Release();
            return end.Task;
        }

        /// <summary>The next turn begins on a thread of the pool.</summary>
        public async Task WhenRunning(int count)
        {
            while (Running.Count < count)
            {
                await _begun.WaitAsync().Soon();
            }
        }

        public void Find(int running)
        {
            Running[running].Locate(0, 10);
            Running[running].Take(0, new Storage.EventDraft(1).ToEvent(DateTimeOffset.UnixEpoch));
        }

        /// <summary>What comes of it happens before this returns.</summary>
        public void End(int running, bool isOver)
        {
            TaskCompletionSource end;
            lock (_running)
            {
                (var reading, end) = _running[running];
                _running.RemoveAt(running);
                if (isOver)
                {
                    reading.End();
                }
            }

            // What awaits a turn goes on at once on a thread of the store, but not on one of the test framework's.
            var thread = new Thread(end.SetResult);
            thread.Start();
            Assert.That(thread.Join(TimeSpan.FromSeconds(10)), Is.True);
        }
    }
}
