using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions;

/// <summary>What the log says of a session: who it is, and never of one that there was not.</summary>
public sealed class SessionLogTests
{
    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _log = new LogRecorder<Session>();
        _router = new TestRouter(logger: _log, sessions: TestRouter.Anonymous with { Resumption = new() { Window = TimeSpan.FromMinutes(1) } });
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Disconnect_BeforeHello_SaysThatThereWasNoSession()
    {
        _router.Connect().Disconnect();

        Assert.That(_log.Lines, Is.EqualTo(new[] { "test: closed without a session: the connection was lost" }));
    }

    [Test]
    public void Disconnect_AfterARefusal_SaysThatThereWasNoSession()
    {
        _router.Connect().Send("""[1,"nowhere",{"roles":{"caller":{}}}]""").Disconnect(DisconnectReason.ClosedByRouter);

        Assert.That(_log.Lines[0], Is.EqualTo("Refused memory with wamp.error.no_such_realm: authid '(null)', realm 'nowhere', there is no such realm (test)"));
        Assert.That(_log.Lines[1], Is.EqualTo("test: closed without a session: the router has closed the connection"));
    }

    [Test]
    public void Disconnect_AfterWelcome_NamesTheSession()
    {
        var peer = _router.Connect();
        var id = peer.Join();

        peer.Disconnect();

        Assert.That(_log.Lines[^1], Is.EqualTo($"test: session {id} ended: the connection was lost"));
    }

    [TestCase("[99]", "Aborted memory before it had a session, for a protocol violation: ")]
    [TestCase("""[3,{},"wamp.close.normal"]""", "test: aborted by the peer before it had a session: wamp.close.normal")]
    public void Message_BeforeHello_IsLoggedWithoutASession(string message, string line)
    {
        _router.Connect().Send(message);

        Assert.That(_log.Lines.Single(), Does.StartWith(line));
    }

    [TestCase("[99]", "aborted for a protocol violation: ")]
    [TestCase("""[3,{},"wamp.close.normal"]""", "aborted by the peer: wamp.close.normal")]
    public void Message_InASession_IsLoggedWithIt(string message, string line)
    {
        var peer = _router.Connect();
        var id = peer.Join();

        peer.Send(message);

        Assert.That(_log.Lines[^1], Does.StartWith($"test: session {id} {line}"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Kill_OfASession_SaysWhoKilledWhomAndWhy(bool isResumable)
    {
        var killer = _router.Connect();
        var by = killer.Join();
        var killed = isResumable ? ResumableClient.Join(_router).Id : _router.Connect().Join();

        killer.Send($$"""[48,1,{},"wamp.session.kill",[{{killed}}],{"reason":"com.example.abuse","message":"too loud"}]""");

        Assert.That(_log.Entries.Single(entry => entry.Event.Id == 1253).Text, Does.Match(
            $@"^Session {killed} \([^,]+, anonymous\) of realm1 is ended with com\.example\.abuse by session {by} \([^,]+, anonymous\): too loud$"));
    }

    [Test]
    public void Kill_OfAll_NamesEachSession()
    {
        var killer = _router.Connect();
        killer.Join();
        var killed = new[] { _router.Connect().Join(), _router.Connect().Join() };

        killer.Send("""[48,1,{},"wamp.session.kill_all"]""");

        Assert.That(killed, Has.All.Matches<ulong>(id => _log.Lines.Count(line => line.StartsWith($"Session {id} ", StringComparison.Ordinal) && line.EndsWith(": no message", StringComparison.Ordinal)) == 1));
    }
}
