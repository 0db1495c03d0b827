using System.Net;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>A login that takes too long, or whose client goes: it is answered, or dropped, and a check under way comes to its end.</summary>
public sealed class TicketDeadlineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly List<int> _stretches = [];
    private readonly Queue<Action> _started = new();
    private ManualTime _time = null!;
    private LiveSessions _live = null!;
    private TicketVerifier _verifier = null!;
    private SessionFactory _sessions = null!;

    [SetUp]
    public void SetUp()
    {
        _stretches.Clear();
        _started.Clear();
        (_time, _live) = (new ManualTime(), new LiveSessions());
        var options = new WampSessionOptions { HelloTimeout = Limit, ConcurrentTicketChecks = 1 };
        _verifier = new TicketVerifier(options, _time, _started.Enqueue);
        var ticket = new TicketSettings
        {
            Principals = new[] { User("joe", isLocal: false, 600_000), User("local", isLocal: true, 600_000, 700_000) }.ToDictionary(user => user.AuthId),
        };
        var realm = new HostedRealm(TestRouter.OpenRealm, new SessionSettings { Authentication = new AuthenticationSettings { Methods = [ticket] } }, _verifier, _time, stretch: (_, _, _, iterations) => _stretches.Add(iterations));
        _sessions = new SessionFactory(new SessionContext([realm], options, _live, _time, new LogRecorder<Session>()));
    }

    [TearDown]
    public void TearDown() => _verifier.Dispose();

    [Test]
    public void Deadline_NoHello_AnswersAbort()
    {
        var peer = new TestPeer(_sessions);

        _time.Advance(Limit);

        Assert.That((peer.Take().Single(), peer.CloseRequested), Is.EqualTo(("""[3,{"message":"no WELCOME within 10 s"},"wamp.error.timeout"]""", true)));
    }

    [Test]
    public async Task Deadline_CheckWaits_AnswersAbortAndMakesNoCheck()
    {
        var peer = Answer(new TestPeer(_sessions), "joe");
        _started.Clear();

        _time.Advance(Limit);

        Assert.That(peer.Take().Single(), Does.StartWith("""[3,{"message":"too many logins at the same time""").And.EndsWith("\"wamp.error.timeout\"]"));
        await peer.ResumeAsync();
        Assert.That((peer.Status, peer.Take().Count), Is.EqualTo((ReceiveStatus.Close, 0)));
    }

    [Test]
    public async Task PeerIsGone_CheckRuns_StopsAtTheNextHash()
    {
        var peer = Answer(new TestPeer(_sessions), "local");

        peer.Receiver.PeerIsGone();
        await peer.ResumeAsync();
        _started.Dequeue()();

        Assert.That((peer.Status, _stretches.Count, peer.Take().Count), Is.EqualTo((ReceiveStatus.Close, 0, 0)));
    }

    [Test]
    public async Task Welcome_JustBeforeTheDeadline_IsNotFollowedByAbort()
    {
        var peer = Answer(new TestPeer(_sessions), "joe");
        _time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        _started.Dequeue()();
        await peer.ResumeAsync();

        _time.Advance(Limit);

        Assert.That(peer.Take().Single(), Does.StartWith("[3,").And.Contain("authentication_denied"));
    }

    [TestCase("local")]
    [TestCase("nobody")]
    [TestCase("joe")]
    public async Task Answer_FromElsewhere_CostsTheSameWhoeverIsClaimed(string authId)
    {
        var elsewhere = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1) };
        var peer = Answer(new TestPeer(_sessions, elsewhere), authId);

        _started.Dequeue()();
        await peer.ResumeAsync();

        Assert.That(_stretches.Sum(), Is.EqualTo(600_000), "what the dearest user costs who may come in from there");
        Assert.That(peer.Take().Single(), Does.Contain("unknown authid or wrong ticket"));
    }

    private static TestPeer Answer(TestPeer peer, string authId)
    {
        peer.Send($"[1,\"realm1\",{{\"authmethods\":[\"ticket\"],\"authid\":\"{authId}\",\"roles\":{{\"caller\":{{}}}}}}]");
        Assert.That(peer.Take().Single(), Does.StartWith("[4,"));
        peer.Send("""[5,"wrong",{}]""");
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Wait));
        return peer;
    }

    private static TicketPrincipal User(string authId, bool isLocal, params int[] iterations) =>
        new() { AuthId = authId, Role = "anonymous", LoopbackOnly = isLocal, Tickets = [.. iterations.Select(HashOf)] };

    private static TicketHash HashOf(int iterations)
    {
        var text = $"pbkdf2-sha256:{iterations}:{Convert.ToBase64String(new byte[16])}:{Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)])}";
        return TicketHash.TryParse(text, out var hash, out var problem) ? hash : throw new AssertionException(problem);
    }
}
