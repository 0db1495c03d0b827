using System.Net;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>What sessions without a connection share is not used up by a few: neither its places nor its bytes.</summary>
public sealed class ResumptionSharesTests
{
    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Resume_ThousandsOfWrongTokens_LeavesResumptionToTheHonest()
    {
        SetUp(new WampSessionOptions { MaxDetachedSessions = 100, MaxDetachedSessionsPerPrincipal = 10 });
        var honest = ResumableClient.Join(_router, peer: Connect("198.51.100.1"));

        for (var i = 0; i < 1_000; i++)
        {
            Guess(honest.Id, "192.0.2.66");
        }

        honest.Lose();
        honest.Resume();
        Assert.That(honest.IsResumed, Is.True);
        Assert.That(_router.Context.Resumable.Detached, Is.EqualTo(10));
    }

    [Test]
    public void Resume_WrongTokensFromManyAddresses_LeaveARestToThoseWithLittle()
    {
        SetUp(new WampSessionOptions { MaxDetachedSessions = 100, MaxDetachedSessionsPerPrincipal = 100 });
        for (var i = 0; i < 1_000; i++)
        {
            Guess(4711, $"192.0.2.{i % 10}");
        }

        var honest = ResumableClient.Join(_router, peer: Connect("198.51.100.1"));
        honest.Lose();
        honest.Resume();

        Assert.That(honest.IsResumed, Is.True);
    }

    [Test]
    public void Lose_PrincipalHasAllItMayHave_LogNamesItAndTheSetting()
    {
        SetUp(new WampSessionOptions { MaxDetachedSessionsPerPrincipal = 1 });
        using var ended = new Measured(_router.Meter, "wamp_router.session.detached_ends");
        ResumableClient.Join(_router, peer: Connect("192.0.2.66")).Lose();

        var second = ResumableClient.Join(_router, peer: Connect("192.0.2.66"));
        second.Lose();

        Assert.That(_router.Live.Find(second.Id), Is.Null);
        Assert.That(ended.Sum, Is.EqualTo(1));
        Assert.That(_log.Entries.Single(entry => entry.Event.Id == 1245).Text, Is.EqualTo(
            $"Session {second.Id} ended with its connection: 1 of 'anyone at 192.0.2.66' and 1 of all are kept without one already (WampRouter:Sessions:MaxDetachedSessionsPerPrincipal is 1)"));
    }

    [Test]
    public void Resume_WrongToken_IsLoggedWithTheAddress()
    {
        SetUp(new WampSessionOptions());

        Guess(4711, "192.0.2.66");

        Assert.That(_log.Entries.Single(entry => entry.Event.Id == 1242).Text, Is.EqualTo("192.0.2.66 cannot resume session 4711: there is no such session to resume, or its time is over; it gets a new one"));
    }

    [Test]
    public void Keep_MoreThanThePrincipalsBytes_CostsIt()
    {
        SetUp(new WampSessionOptions { ResumptionBytesPerPrincipal = 20_000 });
        var greedy = Subscriber("192.0.2.66");
        var modest = Subscriber("198.51.100.1");
        var publisher = _router.Join();

        for (var i = 0; i < 40; i++)
        {
            publisher.Send($$"""[16,{{i + 1}},{},"com.of.192.0.2.66",["{{new string('x', 1_000)}}"]]""");
        }

        publisher.Send("""[16,41,{},"com.of.198.51.100.1",["x"]]""");
        greedy.Resume();
        modest.Resume();
        Assert.That((greedy.IsResumed, modest.IsResumed), Is.EqualTo((false, true)));
        Assert.That(modest.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    public void End_LastSessionOfAPrincipal_ForgetsItsShare()
    {
        SetUp(new WampSessionOptions());
        var clients = Enumerable.Range(0, 10).Select(i => ResumableClient.Join(_router, peer: Connect($"192.0.2.{i}"))).ToArray();
        Assert.That(_router.Context.Resumable.Shares.Count, Is.EqualTo(10));

        foreach (var client in clients)
        {
            client.Send("""[6,{},"wamp.close.close_realm"]""");
        }

        Assert.That(_router.Context.Resumable.Shares.Count, Is.Zero);
    }

    private void SetUp(WampSessionOptions options)
    {
        _log = new LogRecorder<Session>();
        _router = new TestRouter(options: options, time: new ManualTime(), logger: _log, sessions: TestRouter.Anonymous with { Resumption = new() { Window = TimeSpan.FromMinutes(1) } });
    }

    private TestPeer Connect(string address) => _router.Connect(TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) });

    private ResumableClient Subscriber(string address)
    {
        var client = ResumableClient.Join(_router, peer: Connect(address));
        client.Send($"[32,1,{{}},\"com.of.{address}\"]");
        client.Lose();
        return client;
    }

    private void Guess(ulong session, string address)
    {
        var peer = Connect(address);
        peer.Send(ResumableClient.Hello($"{{\"resumable\":true,\"resume-session\":{session},\"resume-token\":\"guessed\"}}"));
        peer.Disconnect();
    }
}
