using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Sessions;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>Real sessions with a peer that takes short messages only: what is longer is not sent, and whoever sent it gets to know (rfc/text/advanced/transport_rawsocket.md, Serialization).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Over("rawsocket", "json")]
internal sealed class NarrowPeerTests
{
    private const int NarrowBytes = 4096;
    private const int Narrow = 3;
    private const int Wide = 15;

    private readonly LogRecorder<Session> _log = new();
    private TestRouter _router = null!;
    private RawSocketRig _rig = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _router = new TestRouter(logger: _log);
        _rig = await RawSocketRig.StartAsync(sessions: _router.Sessions);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _rig.DisposeAsync();
        _router.Dispose();
    }

    [Shows("rawsocket.clients-limit", "rawsocket.not-sent")]
    [Test]
    public async Task Event_LongerThanASubscriberTakes_IsLeftOutForItAloneCountedAndLogged()
    {
        using var events = new Measured(_router.Meter, "wamp_router.events");
        await using var narrow = await JoinAsync(Narrow);
        await using var wide = await JoinAsync(Wide);
        await AskAsync(narrow, """[32,1,{},"com.example.t"]""");
        await AskAsync(wide, """[32,1,{},"com.example.t"]""");
        await using var publisher = await JoinAsync(Wide);

        await SendAsync(publisher, $"""[16,1,{"{}"},"com.example.t",["{new string('x', NarrowBytes)}"]]""");
        await SendAsync(publisher, """[16,2,{},"com.example.t",["short"]]""");

        Assert.That((string)(await ReceiveAsync(wide))[4]![0]!, Has.Length.EqualTo(NarrowBytes));
        Assert.That((string)(await ReceiveAsync(wide))[4]![0]!, Is.EqualTo("short"));
        Assert.That((string)(await ReceiveAsync(narrow))[4]![0]!, Is.EqualTo("short"));
        Assert.That(events.Of("outcome=inexpressible"), Is.EqualTo(1));
        Assert.That(_log.Of(1210), Has.Exactly(1).Contains("com.example.t"));
    }

    [Test]
    public async Task Event_OfExactlyTheLength_IsSent([Values(0, 1)] int more)
    {
        await using var narrow = await JoinAsync(Narrow);
        await AskAsync(narrow, """[32,1,{},"com.example.t"]""");
        await using var publisher = await JoinAsync(Wide);
        await SendAsync(publisher, """[16,1,{},"com.example.t",[""]]""");
        const int longestId = 16;       // digits of 2^53
        var empty = await ReceiveAsync(narrow);
        var bytes = NarrowBytes - Encoding.UTF8.GetByteCount(empty.ToString(Newtonsoft.Json.Formatting.None)) - longestId + empty[2]!.ToString().Length;

        await SendAsync(publisher, $"""[16,2,{"{}"},"com.example.t",["{new string('x', bytes + more)}"]]""");
        await SendAsync(publisher, """[16,3,{},"com.example.t",["last"]]""");

        // Publication ids may be a digit or two shorter, and the message with them.
        var next = await ReceiveAsync(narrow);
        Assert.That(Encoding.UTF8.GetByteCount(next.ToString(Newtonsoft.Json.Formatting.None)), Is.LessThanOrEqualTo(NarrowBytes));
        Assert.That((string)next[4]![0]!, more == 0 ? Is.Not.EqualTo("last") : Is.Not.Null);
    }

    [Test]
    public async Task Call_LongerThanItsCalleeTakes_IsAnErrorForTheCaller()
    {
        await using var callee = await JoinAsync(Narrow);
        await AskAsync(callee, """[64,1,{},"com.example.p"]""");
        await using var caller = await JoinAsync(Wide);

        await SendAsync(caller, $"""[48,1,{"{}"},"com.example.p",["{new string('x', NarrowBytes)}"]]""");

        Assert.That((string)(await ReceiveAsync(caller))[4]!, Is.EqualTo("wamp.error.payload_size_exceeded"));
        await SendAsync(caller, """[48,2,{},"com.example.p",["short"]]""");
        Assert.That((int)(await ReceiveAsync(callee))[0]!, Is.EqualTo(68), "the next call comes through");
    }

    [Test]
    public async Task Result_LongerThanItsCallerTakes_IsAnErrorForTheCaller([Values("[70,{0},{{}},[\"{1}\"]]", "[8,68,{0},{{}},\"com.example.error\",[\"{1}\"]]")] string answer)
    {
        await using var callee = await JoinAsync(Wide);
        await AskAsync(callee, """[64,1,{},"com.example.p"]""");
        await using var caller = await JoinAsync(Narrow);
        await SendAsync(caller, """[48,1,{},"com.example.p"]""");
        var invocation = (long)(await ReceiveAsync(callee))[1]!;

        await SendAsync(callee, string.Format(System.Globalization.CultureInfo.InvariantCulture, answer, invocation, new string('x', NarrowBytes)));

        var error = await ReceiveAsync(caller);
        Assert.That(((int)error[0]!, (string)error[4]!), Is.EqualTo((8, answer.StartsWith("[70", StringComparison.Ordinal) ? "wamp.error.payload_size_exceeded" : (string)error[4]!)));
        Assert.That(error.ToString(), Has.Length.LessThan(NarrowBytes));
    }

    [Test]
    public void Welcome_LongerThanTheClientTakes_IsAnAbortThatSaysSo()
    {
        var peer = _router.Connect(TestPeer.Local(WireFormat.Json) with { MaxSendBytes = 512 });

        peer.Send("""[1,"realm1",{"roles":{"caller":{}}}]""");

        Assert.That(peer.Take(), Is.EqualTo(new[] { """[3,{"message":"the WELCOME is longer than the 512 bytes that this client takes"},"wamp.error.payload_size_exceeded"]""" }));
        Assert.That(_router.Live.Count, Is.Zero, "it has left no session behind");
        Assert.That(_log.Of(1203), Has.Exactly(1).Contains("payload_size_exceeded"));
    }

    private async Task<RawSocketClient> JoinAsync(int length)
    {
        var client = await _rig.ConnectAsync(length: length);
        await AskAsync(client, """[1,"realm1",{"roles":{"publisher":{},"subscriber":{},"caller":{},"callee":{}}}]""");
        return client;
    }

    private static async Task<JArray> AskAsync(RawSocketClient client, string message)
    {
        await SendAsync(client, message);
        return await ReceiveAsync(client);
    }

    private static Task SendAsync(RawSocketClient client, string message) => client.SendAsync(0, Encoding.UTF8.GetBytes(message));

    private static async Task<JArray> ReceiveAsync(RawSocketClient client) => JArray.Parse(Encoding.UTF8.GetString((await client.ReceiveAsync())!.Value.Payload));
}
