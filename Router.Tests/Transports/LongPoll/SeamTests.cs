using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.LongPoll;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>What rivals do to requests at the moments between two steps: while an answer is written, and while a body is on its way.</summary>
[Over("longpoll", "json")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SeamTests
{
    private readonly EchoReceivers _receivers = new();
    private readonly TestMeters _meters = new();
    private readonly ManualTime _time = new();
    private TransportServices _services = null!;
    private LongPollTransport _transport = null!;
    private EchoReceiver _session = null!;
    private Task _running = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _services = TransportServices.Create(new TransportOptions { LongPollMaxSends = 3 }, _meters.Router, _time);
        Assert.That(_services.Roster.TryEnter(), Is.EqualTo(Room.Granted));
        var subprotocol = SubprotocolPolicy.OverRequests.Known[0];
        var info = new ConnectionDetails { Transport = "longpoll", ConnectionId = "seam", Encoding = subprotocol.Encoding };
        _transport = new LongPollTransport(_services, new Guest(info, subprotocol), "id", NullLogger.Instance);
        _running = _transport.RunAsync(_receivers);
        _session = await _receivers.NextAsync();
    }

    [TearDown]
    public async Task EndAsync()
    {
        _transport.Close();
        await _running.Soon();
        Assert.That(_services.Roster.Count, Is.Zero);
        _services.Dispose();
        _meters.Dispose();
    }

    [Test]
    [Shows("longpoll.delivery")]
    public async Task Answer_CannotBeWritten_ItsMessageIsTheNextOnes()
    {
        LongPollRig.Say(_session, "[1]");
        LongPollRig.Say(_session, "[2]");
        var (unwritten, written) = (new List<string>(), new List<string>());

        Assert.That(await _transport.ReceiveAsync(messages => Write(messages, unwritten, isWritten: false), default).Soon(), Is.EqualTo(Received.Gone));
        Assert.That(await _transport.ReceiveAsync(messages => Write(messages, written), default).Soon(), Is.EqualTo(Received.Messages));
        Assert.That(await _transport.ReceiveAsync(messages => Write(messages, written), default).Soon(), Is.EqualTo(Received.Messages));

        Assert.That(unwritten, Is.EqualTo(new[] { "[1]" }));
        Assert.That(written, Is.EqualTo(new[] { "[1]", "[2]" }));
    }

    [Test]
    [Shows("longpoll.delivery")]
    public async Task Answer_WritingThrows_ItsMessageIsTheNextOnes()
    {
        LongPollRig.Say(_session, "[1]");
        var written = new List<string>();

        Assert.That(async () => await _transport.ReceiveAsync(_ => throw new IOException("gone"), default).Soon(), Throws.InstanceOf<IOException>());
        await _transport.ReceiveAsync(messages => Write(messages, written), default).Soon();

        Assert.That(written, Is.EqualTo(new[] { "[1]" }));
    }

    [Test]
    [Shows("longpoll.delivery")]
    public async Task Answer_AnotherRequestComesWhileItIsWritten_EachMessageGoesOutOnce()
    {
        LongPollRig.Say(_session, "[1]");
        LongPollRig.Say(_session, "[2]");
        var (writing, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var written = new List<string>();
        var first = _transport.ReceiveAsync(async messages =>
        {
            writing.SetResult();
            await goOn.Task;
            return await Write(messages, written);
        }, default);
        await writing.Task.Soon();

        var second = _transport.ReceiveAsync(messages => Write(messages, written), default);
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)), "the second waits for the first to let go");
        goOn.SetResult();

        Assert.That((await first.Soon(), await second.Soon()), Is.EqualTo((Received.Messages, Received.Messages)));
        Assert.That(written, Is.EqualTo(new[] { "[1]", "[2]" }));
    }

    [Test]
    [Shows("longpoll.delivery")]
    public async Task Answer_AnotherRequestComesWhileItFails_TheOtherGetsTheMessage()
    {
        LongPollRig.Say(_session, "[1]");
        var written = new List<string>();
        Task<Received>? second = null;

        var first = await _transport.ReceiveAsync(
            messages =>
            {
                second = _transport.ReceiveAsync(again => Write(again, written), default);
                return new ValueTask<bool>(false);
            },
            default).Soon();

        Assert.That((first, await second!.Soon()), Is.EqualTo((Received.Gone, Received.Messages)));
        Assert.That(written, Is.EqualTo(new[] { "[1]" }));
    }

    [Test]
    public async Task Answer_TransportIsClosedWhileItIsWritten_EndsAfterIt()
    {
        LongPollRig.Say(_session, "[1]");
        var written = new List<string>();

        var outcome = await _transport.ReceiveAsync(messages =>
        {
            _transport.Close();
            return Write(messages, written);
        }, default).Soon();

        await _running.Soon();
        Assert.That((outcome, await _session.Ended), Is.EqualTo((Received.Messages, DisconnectReason.ClosedByPeer)));
        Assert.That(await _transport.ReceiveAsync(messages => Write(messages, written), default).Soon(), Is.EqualTo(Received.Over));
    }

    [Test]
    public async Task Answer_ConnectionIsDroppedWhileItIsWritten_EndsAfterIt()
    {
        LongPollRig.Say(_session, "[1]");
        var written = new List<string>();

        var outcome = await _transport.ReceiveAsync(messages =>
        {
            _session.Connection.Abort();
            return Write(messages, written);
        }, default).Soon();

        await _running.Soon();
        Assert.That(outcome, Is.EqualTo(Received.Messages));
    }

    [Test]
    [Shows("longpoll.end")]
    public async Task LastWords_OfASessionThatEnds_AreReceivedBeforeTheEnd()
    {
        _session.OnMessage = _ => ReceiveStatus.Close;
        var written = new List<string>();
        Assert.That(await SendAsync("[1,\"r\",{}]"), Is.Null);

        Assert.That(await _transport.ReceiveAsync(messages => Write(messages, written), default).Soon(), Is.EqualTo(Received.Messages));
        Assert.That(await _transport.ReceiveAsync(messages => Write(messages, written), default).Soon(), Is.EqualTo(Received.Over));

        await _running.Soon();
        Assert.That(written, Is.EqualTo(new[] { "[1,\"r\",{}]" }));
        Assert.That((await SendAsync("[1,\"r\",{}]"))!.Status, Is.EqualTo(410));
    }

    [Test]
    [Shows("longpoll.end")]
    public async Task LastWords_NobodyReceives_AreGivenUpAfterTheCloseTimeout()
    {
        _session.OnMessage = _ => ReceiveStatus.Close;
        await SendAsync("[1,\"r\",{}]");
        Assert.That(_running.IsCompleted, Is.False);

        _time.Advance(TimeSpan.FromSeconds(7));

        await _running.Soon();
        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.ClosedByRouter));
    }

    [Test]
    [Shows("longpoll.order")]
    public async Task Sends_TheFirstComesSlowly_TheOthersWaitForIt()
    {
        var slow = new Pipe();
        var taken = new List<string>();
        _session.OnMessage = text =>
        {
            taken.Add(text);
            return ReceiveStatus.Continue;
        };
        var first = _transport.SendAsync(slow.Reader, null, default);
        var second = SendAsync("""[1,"second",{}]""");
        await slow.Writer.WriteAsync("[1,\"fir"u8.ToArray());
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));

        await slow.Writer.WriteAsync("st\",{}]"u8.ToArray());
        await slow.Writer.CompleteAsync();

        Assert.That((await first.Soon(), await second.Soon()), Is.EqualTo(((HandshakeRefusal?)null, (HandshakeRefusal?)null)));
        Assert.That(taken, Is.EqualTo(new[] { """[1,"first",{}]""", """[1,"second",{}]""" }));
    }

    [Test]
    public async Task Sends_TheFirstGoesAwayHalfWay_TheOthersGoOn()
    {
        var slow = new Pipe();
        using var gone = new CancellationTokenSource();
        var first = _transport.SendAsync(slow.Reader, null, gone.Token);
        var second = SendAsync("""[1,"second",{}]""");
        await slow.Writer.WriteAsync("[1,\"fir"u8.ToArray());

        await gone.CancelAsync();

        Assert.That(async () => await first.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await second.Soon(), Is.Null);
        Assert.That(_session.Messages, Is.EqualTo(1));
    }

    [Test]
    public async Task Sends_OneThatWaitsGoesAway_TheNextStillWaitsForTheFirst()
    {
        var slow = new Pipe();
        using var gone = new CancellationTokenSource();
        var first = _transport.SendAsync(slow.Reader, null, default);
        var second = _transport.SendAsync(Body("""[1,"second",{}]"""), null, gone.Token);
        var third = SendAsync("""[1,"third",{}]""");

        await gone.CancelAsync();
        Assert.That(async () => await second.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(third.IsCompleted, Is.False);
        await slow.Writer.WriteAsync("[1,\"first\",{}]"u8.ToArray());
        await slow.Writer.CompleteAsync();

        Assert.That((await first.Soon(), await third.Soon()), Is.EqualTo(((HandshakeRefusal?)null, (HandshakeRefusal?)null)));
    }

    [Test]
    public async Task Sends_MoreThanMayWait_AreRefused()
    {
        var slow = new Pipe();
        var first = _transport.SendAsync(slow.Reader, null, default);
        var waiting = new[] { SendAsync("""[1,"a",{}]"""), SendAsync("""[1,"b",{}]""") };

        var refused = await SendAsync("""[1,"c",{}]""");

        Assert.That((refused!.Status, refused.HeaderName), Is.EqualTo((429, "Retry-After")));
        Assert.That(refused.Text, Does.Contain("WampRouter:Transports:LongPollMaxSends"));
        await slow.Writer.CompleteAsync();
        Assert.That((await first.Soon())!.Status, Is.EqualTo(400), "an empty body");
        Assert.That(await Task.WhenAll(waiting).Soon(), Is.All.Null);
        Assert.That(await SendAsync("""[1,"d",{}]"""), Is.Null);
    }

    [Test]
    public async Task Sends_SessionIsBusy_WaitUntilItHasTakenTheMessage()
    {
        var busy = new TaskCompletionSource<ReceiveStatus>();
        _session.OnMessage = text => text.Contains("slow", StringComparison.Ordinal) ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        _session.OnResume = () => busy.Task;
        Assert.That(await SendAsync("""[1,"slow",{}]"""), Is.Null, "it was taken");

        var next = SendAsync("""[1,"next",{}]""");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((next.IsCompleted, _session.Messages), Is.EqualTo((false, 1)));
        busy.SetResult(ReceiveStatus.Continue);

        Assert.That(await next.Soon(), Is.Null);
        Assert.That(_session.Messages, Is.EqualTo(2));
    }

    [Test]
    public async Task Sends_SessionEndsWhileTheyWait_AreToldSo()
    {
        var busy = new TaskCompletionSource<ReceiveStatus>();
        _session.OnMessage = _ => ReceiveStatus.Wait;
        _session.OnResume = () => busy.Task;
        await SendAsync("""[1,"slow",{}]""");
        var next = SendAsync("""[1,"next",{}]""");

        busy.SetResult(ReceiveStatus.Close);

        Assert.That((await next.Soon())!.Status, Is.EqualTo(410));
    }

    [Test]
    public async Task Sends_BodyTakesTooLong_IsGivenUpAndTheNextGoesOn()
    {
        var slow = new Pipe();
        var first = _transport.SendAsync(slow.Reader, null, default);
        var second = SendAsync("""[1,"second",{}]""");
        for (var i = 0; i < 130 && !first.IsCompleted; i++)
        {
            var receiving = _transport.ReceiveAsync(messages => Write(messages, []), default);      // or the transport would end
            _time.Advance(TimeSpan.FromSeconds(1));
            _ = receiving;
        }

        Assert.That((await first.Soon())!.Status, Is.EqualTo(408));
        Assert.That(await second.Soon(), Is.Null);
    }

    private Task<HandshakeRefusal?> SendAsync(string message) => _transport.SendAsync(Body(message), null, default);

    private static PipeReader Body(string message) => PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(message)));

    private static ValueTask<bool> Write(ReadOnlySequence<byte> messages, List<string> written, bool isWritten = true)
    {
        written.Add(Encoding.UTF8.GetString(messages));
        return new ValueTask<bool>(isWritten);
    }
}
