using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>
/// What a store has ready when its session is over, and another one has begun on the same connection: it must not be taken for the answer to a request of that one, whose ids
/// begin with 1 again.
/// </summary>
public sealed class LateAnswerTests
{
    private const string Hello = """[1,"realm1",{"roles":{"publisher":{},"caller":{}}}]""";
    private const string Goodbye = """[6,{},"wamp.close.close_realm"]""";

    private SlowHistory _history = null!;
    private TestRouter _router = null!;
    private TestPeer _peer = null!;

    [SetUp]
    public void SetUp()
    {
        _history = new SlowHistory();
        _router = new TestRouter(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.kept" }] }, histories: _history);
        _peer = _router.Join();
    }

    [TearDown]
    public void TearDown()
    {
        _router.Dispose();
        _history.Dispose();
    }

    [Test]
    public void GetEvents_StillTheSameSession_AreReturned()
    {
        _peer.Send("""[48,1,{},"wamp.subscription.get_events",[1]]""");

        OnAnotherThread(() => _history.Finish());

        Assert.That(_peer.Take(), Is.EqualTo(new[] { "[50,1,{},[[]]]" }));
    }

    [Test]
    public void GetEvents_TheNextSessionBeginsWhileTheyAreRead_ItGetsNothing()
    {
        _peer.Send("""[48,1,{},"wamp.subscription.get_events",[1]]""");

        OnAnotherThread(() =>
        {
            BeginNextSession();
            _history.Finish();
        });

        Assert.That(_peer.Take().Select(CodeOf), Is.EqualTo(new[] { MessageCode.Goodbye, MessageCode.Welcome }));
    }

    [Test]
    public void GetEvents_FailsWhenTheNextSessionHasBegun_ItIsNotTold()
    {
        _peer.Send("""[48,1,{},"wamp.subscription.get_events",[1]]""");
        BeginNextSession();

        OnAnotherThread(() => _history.Read.SetException(new IOException("the disk is gone")));

        Assert.That(_peer.Take().Select(CodeOf), Is.EqualTo(new[] { MessageCode.Goodbye, MessageCode.Welcome }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Publish_StoredWhenTheNextSessionHasBegun_ItIsNotTold(bool isStored)
    {
        _peer.Send("""[16,1,{"acknowledge":true},"com.kept"]""");
        BeginNextSession();

        _history.Receipt!.Complete(isStored, FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();

        Assert.That(_peer.Take().Select(CodeOf), Is.EqualTo(new[] { MessageCode.Goodbye, MessageCode.Welcome }));
    }

    private void BeginNextSession() => _peer.Send(Goodbye).Send(Hello);

    /// <summary>On a thread of the store, or of a read loop; what awaits the store goes on there, since nothing wants it elsewhere.</summary>
    private static void OnAnotherThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromSeconds(10)), Is.True);
    }

    private static MessageCode CodeOf(string message) => (MessageCode)int.Parse(message.AsSpan(1, message.IndexOf(',') - 1));

    /// <summary>A store whose answers come when the test says.</summary>
    private sealed class SlowHistory : IEventHistories, IEventHistory
    {
        private HistoryReading? _reading;

        public TaskCompletionSource Read { get; } = new();

        public HistoryVolume Volume => default;

        public IAppendReceipt? Receipt { get; private set; }

        public IEventHistory Open(string realm, HistorySettings settings) => this;

        public void Apply(HistorySettings settings)
        {
        }

        public void Dispose()
        {
        }

        public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt)
        {
            receipt?.Expect();
            Receipt = receipt;
            return true;
        }

        public Task ReadAsync(HistoryReading reading)
        {
            _reading = reading;
            return Read.Task;
        }

        public void Finish()
        {
            _reading!.End();
            Read.SetResult();
        }
    }
}
