using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;
using static WampRouter.Interleavings.Scenario;

namespace WampRouter.Interleavings;

/// <summary>Who wants a session that can be resumed, and who wants it ended. One wins, and what the session held is given back once.</summary>
internal static class ResumptionScenarios
{
    private static readonly TimeSpan Window = new Sessions.Resumption.ResumptionSettings().Window;

    public static IEnumerable<Scenario> All =>
    [
        new("resumption: disconnect, resume and the end of the window", () => RivalsMeet((_, _) => { })),
        new("resumption: disconnect, resume, the end of the window and a kill", () => RivalsMeet((router, client) => router.Live.Find(client.Id)?.Goodbye(WampErrors.Killed, null))),
        new("resumption: without a connection, resume and the end of the window", () => RivalsMeet((_, _) => { }, isLostBefore: true)),
        new("resumption: disconnect, two that resume, and the end of the window", () => RivalsMeet((_, _) => { }, newcomers: 2)),
        new("resumption: disconnect, resume and a publisher", PublisherMeetsTheTakeover),
        new("resumption: the last place is not refused for one who may not have it", PlacesMeet),
    ];

    private static void RivalsMeet(Action<TestRouter, ResumableClient> kill, int newcomers = 1, bool isLostBefore = false)
    {
        using var rig = new Rig(newcomers);
        var observer = rig.Router.Join().Send("""[32,1,{},"com.gone"]""");
        observer.Discard();
        rig.Client.Send("""[48,1,{},"wamp.session.add_testament",["com.gone",[],{}]]""");
        rig.Client.Take();

        Action lose = rig.LoseOldConnection;
        if (isLostBefore)
        {
            lose();
            lose = () => { };
        }

        Meet([lose, () => rig.Time.Advance(Window), () => kill(rig.Router, rig.Client), .. rig.Newcomers.Select(newcomer => (Action)newcomer.Ask)]);
        rig.Settle();

        var resumed = rig.Newcomers.Count(newcomer => newcomer is { IsResumed: true, IsOver: false });
        Expect(resumed <= 1, "one connection at most acts for the session");
        var testaments = observer.Take().Count;
        Expect(testaments + resumed <= 1, "no testament of a session that goes on");
        rig.EndAll();
        rig.Time.Advance(Window);
        ExpectEqual(testaments + observer.Take().Count, 1, "testaments, when the session is over");
        rig.ExpectNothingLeft(others: 1);
    }

    private static void PublisherMeetsTheTakeover()
    {
        using var rig = new Rig(newcomers: 1);
        rig.Client.Send("""[32,1,{},"com.topic"]""");
        rig.Client.Take();
        rig.Newcomers[0].Hello = rig.Client.HelloAgain();
        var publisher = rig.Router.Join();

        Meet(
            rig.LoseOldConnection,
            () => publisher.Send("""[16,1,{},"com.topic",[1]]""").Send("""[16,2,{},"com.topic",[2]]""").Send("""[16,3,{},"com.topic",[3]]"""),
            rig.Newcomers[0].Ask);
        rig.Settle();

        var came = rig.Newcomers[0].Messages;
        Expect(rig.Newcomers[0].IsResumed, "the session goes on");
        ExpectEqual(string.Concat(came.Skip(1).Select(message => message[^4..])), "[1]][2]][3]]", "the events behind WELCOME");
        rig.EndAll();
        rig.Time.Advance(Window);
        rig.ExpectNothingLeft(others: 1);
    }

    /// <summary>One client has as many detached sessions as it may and wants one more, while another loses its connection: there is a place for that one.</summary>
    private static void PlacesMeet()
    {
        var time = new ManualTime();
        using var router = new TestRouter(options: new WampSessionOptions { MaxDetachedSessions = 2, MaxDetachedSessionsPerPrincipal = 1 }, time: time);
        ResumableClient.Join(router, peer: From(router, "10.0.0.1")).Lose();
        var greedy = ResumableClient.Join(router, peer: From(router, "10.0.0.1"));
        var modest = ResumableClient.Join(router, peer: From(router, "10.0.0.2"));

        Meet(() => greedy.Peer.Disconnect(), () => modest.Peer.Disconnect());

        Expect(router.Live.Find(greedy.Id) is null, "nobody has more places than he may");
        Expect(router.Live.Find(modest.Id) is not null, "there was a place");
        ExpectEqual(router.Context.Resumable.Detached, 2, "detached sessions");
    }

    private static TestPeer From(TestRouter router, string address) =>
        router.Connect(TestPeer.Local(WireFormat.Json) with { ClientAddress = System.Net.IPAddress.Parse(address) });

    /// <summary>A connection that asks for the session.</summary>
    private sealed class Newcomer
    {
        private readonly TestPeer _peer;
        private readonly TaskCompletionSource _dropped = new();
        private readonly List<string> _messages = [];
        private Task<ReceiveStatus> _answer = Task.FromResult(ReceiveStatus.Continue);
        private bool _isOver;

        public Newcomer(TestRouter router, string hello)
        {
            _peer = new TestPeer(router.Sessions) { WhenAborted = () => _dropped.TrySetResult() };
            Hello = hello;
        }

        public string Hello { get; set; }

        /// <summary>Its connection has ended, or its session.</summary>
        public bool IsOver => _isOver || Messages.Any(message => message.StartsWith("[6,", StringComparison.Ordinal));

        public bool IsResumed => Messages is [var first, ..] && first.Contains("\"resumed\":true", StringComparison.Ordinal);

        /// <summary>Whether it waits for the session.</summary>
        public bool IsWaiting => !_answer.IsCompleted;

        /// <summary>Completes when there is something to do for the connection.</summary>
        public Task Changes => IsWaiting || _isOver ? _answer : _dropped.Task;

        /// <summary>All it was sent.</summary>
        public IReadOnlyList<string> Messages
        {
            get
            {
                _messages.AddRange(_peer.Take());
                return _messages;
            }
        }

        public void Ask() => _answer = _peer.Send(Hello).Status == ReceiveStatus.Wait ? _peer.Receiver.ResumeAsync().AsTask() : Task.FromResult(_peer.Status);

        /// <summary>Ends the connection where the router wants that, as a transport does.</summary>
        public void Settle()
        {
            if (!IsWaiting && (_peer.Aborted || _peer.CloseRequested || _answer.Result == ReceiveStatus.Close))
            {
                End();
            }
        }

        public void End()
        {
            if (!_isOver)
            {
                _isOver = true;
                _peer.Disconnect(DisconnectReason.ClosedByRouter);
            }
        }
    }

    /// <summary>A client whose connection is about to be lost, and those who want its session then.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly TestPeer _old;

        public Rig(int newcomers)
        {
            Router = new TestRouter(time: Time);
            Client = ResumableClient.Join(Router);
            _old = Client.Peer;
            Newcomers = [.. Enumerable.Range(0, newcomers).Select(_ => new Newcomer(Router, Client.HelloAgain()))];
        }

        public ManualTime Time { get; } = new();

        public TestRouter Router { get; }

        public ResumableClient Client { get; }

        public Newcomer[] Newcomers { get; }

        public void LoseOldConnection() => _old.Disconnect();

        /// <summary>Until everybody knows what became of him.</summary>
        public void Settle()
        {
            Array.ForEach(Newcomers, newcomer => newcomer.Settle());
            while (Array.Exists(Newcomers, newcomer => newcomer.IsWaiting))
            {
                Task.WaitAny([.. Newcomers.Select(newcomer => newcomer.Changes).Where(change => !change.IsCompleted)]);
                Array.ForEach(Newcomers, newcomer => newcomer.Settle());
            }
        }

        public void EndAll() => Array.ForEach(Newcomers, newcomer => newcomer.End());

        public void ExpectNothingLeft(int others)
        {
            ExpectEqual(Router.Live.Count, others, "sessions");
            ExpectEqual(Router.Hosted.Realm.Members, others, "members of the realm");
            ExpectEqual(Router.Context.Resumable.Detached, 0, "detached sessions");
            ExpectEqual(Router.Context.Resumable.Budget.ReservedBytes, 0, "bytes kept");
            ExpectEqual(Router.Context.Resumable.Shares.Count, 0, "principals with sessions that can be resumed");
            Time.Advance(TimeSpan.FromHours(1));        // what is cached is given up meanwhile
            ExpectEqual(Time.ActiveTimers, 0, "timers");
        }

        public void Dispose() => Router.Dispose();
    }
}
