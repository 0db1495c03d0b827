using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CallsInPiecesTests(WampSerializer serializer)
{
    private const string Procedure = "com.example.p";

    private readonly Channel<WampPayload> _pieces = Channel.CreateUnbounded<WampPayload>();
    private readonly CancellationTokenSource _cancellation = new();
    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    private ScriptedPeer Peer => _joined.Peer;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync()
    {
        await _joined.DisposeAsync();
        _cancellation.Dispose();
    }

    [Test]
    public async Task CallAsync_Pieces_AreSentAsTheyComeUnderOneRequest()
    {
        var call = Client.CallAsync<int>(Procedure, Pieces(), new WampCallOptions { DiscloseMe = true });

        _pieces.Writer.TryWrite([1]);
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[48,1,{"disclose_me":true,"progress":true},"com.example.p",[1]]"""));
        _pieces.Writer.TryWrite([2]);
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[48,1,{"progress":true},"com.example.p",[2]]"""), "options are those of the first");
        _pieces.Writer.Complete();
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[48,1,{},"com.example.p"]"""));

        await Peer.SendAsync("[50,1,{},[3]]");
        Assert.That(await call.Soon(), Is.EqualTo(3));
    }

    [Test]
    public async Task CallAsync_NoPieces_IsAnOrdinaryCall()
    {
        _pieces.Writer.Complete();
        var call = Client.CallAsync(Procedure, Pieces());

        Assert.That(await Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo("""[48,1,{},"com.example.p"]"""));
        Assert.That((await call.Soon()).Count, Is.Zero);
    }

    [Test]
    public async Task CallAsync_EndsBeforeThePieces_AsksForNoMore()
    {
        var stopped = new TaskCompletionSource();
        var call = Client.CallAsync(Procedure, UntilStopped());
        await Peer.AnswerAsync("""[8,48,$,{},"com.example.error.full"]""");

        Assert.That(Assert.CatchAsync<WampException>(() => call.Soon())!.ErrorUri, Is.EqualTo("com.example.error.full"));
        await stopped.Task.Soon();

        async IAsyncEnumerable<WampPayload> UntilStopped([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop = default)
        {
            yield return [1];
            stop.Register(stopped.SetResult);
            await new TaskCompletionSource().Task.WaitAsync(stop);
        }
    }

    [Test]
    public async Task CallAsync_EndsBeforePiecesThatHeedNoToken_SendsNoMoreOfThem()
    {
        var (go, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var results = Client.CallProgressivelyAsync(Procedure, Heedless()).GetAsyncEnumerator();
        var reading = results.MoveNextAsync();
        Assert.That(await Peer.ReceiveAsync(), Does.EndWith("[1]]"));
        await Peer.SendAsync("[50,1,{},[7]]");
        Assert.That(await reading.Soon(), Is.True);

        go.SetResult();

        await gone.Task.Soon();
        await Client.PublishAsync("com.example.fence");
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[16,"));

        async IAsyncEnumerable<WampPayload> Heedless()
        {
            yield return [1];
            await go.Task;
            yield return [2];
            gone.SetResult();
        }
    }

    [Test]
    public async Task CallAsync_FirstPieceCannotBeSent_EndsThePieces()
    {
        var ended = new TaskCompletionSource();

        Assert.CatchAsync<WampSerializationException>(() => Client.CallAsync(Procedure, Unsendable()).Soon());
        await ended.Task.Soon();

        async IAsyncEnumerable<WampPayload> Unsendable()
        {
            try
            {
                await Task.Yield();
                yield return [CancellationToken.None];
            }
            finally
            {
                ended.SetResult();
            }
        }
    }

    [Test]
    public async Task CallAsync_PiecesFail_CancelsTheCallAndSaysWhy()
    {
        var call = Client.CallAsync(Procedure, Pieces());
        _pieces.Writer.TryWrite([1]);
        await Peer.ReceiveAsync();

        _pieces.Writer.Complete(new InvalidDataException("broken file"));

        Assert.That(async () => await call.Soon(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("broken file"));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    public async Task CallAsync_Canceled_CancelsTheCallAndEndsThePieces()
    {
        var call = Client.CallAsync(Procedure, Pieces(), cancellationToken: _cancellation.Token);
        _pieces.Writer.TryWrite([1]);
        await Peer.ReceiveAsync();

        await _cancellation.CancelAsync();

        Assert.That(Assert.CatchAsync<OperationCanceledException>(() => call.Soon())!.CancellationToken, Is.EqualTo(_cancellation.Token));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
        await Client.PublishAsync("com.example.next");
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[16,2,"), "and no piece between");
    }

    [Test]
    public async Task CallAsync_CanceledAndWaiting_TakesTheAnswerOfTheProcedure()
    {
        var options = new WampCallOptions { CancelMode = WampCancelMode.Kill };
        var call = Client.CallAsync<int>(Procedure, Pieces(), options, _cancellation.Token);
        _pieces.Writer.TryWrite([1]);
        await Peer.ReceiveAsync();
        await _cancellation.CancelAsync();
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"kill"}]"""));

        await Peer.SendAsync("[50,1,{},[7]]");

        Assert.That(await call.Soon(), Is.EqualTo(7));
    }

    [Test]
    public async Task CallAsync_CanceledBeforeTheFirstPiece_SendsNothing()
    {
        var call = Client.CallAsync(Procedure, Pieces(), cancellationToken: _cancellation.Token);
        await _cancellation.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        await Client.PublishAsync("com.example.next");
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[16,1,"));
    }

    [Test]
    public async Task CallProgressivelyAsync_Pieces_FlowBothWays()
    {
        await using var results = Client.CallProgressivelyAsync<int>(Procedure, Pieces()).GetAsyncEnumerator();
        var next = results.MoveNextAsync();
        foreach (var i in new[] { 1, 2 })
        {
            _pieces.Writer.TryWrite([i]);
            Assert.That(await Peer.ReceiveAsync(), Does.Contain("\"progress\":true").And.EndWith($"[{i}]]"));
            await Peer.SendAsync($$"""[50,1,{"progress":true},[{{i * 10}}]]""");
            Assert.That((await next.Soon(), results.Current), Is.EqualTo((true, i * 10)));
            next = results.MoveNextAsync();
        }

        _pieces.Writer.Complete();
        await Peer.ReceiveAsync();
        await Peer.SendAsync("[50,1,{}]");
        Assert.That(await next.Soon(), Is.False);
    }

    [Test]
    public async Task ReadPiecesAsync_InPieces_YieldsThemAllTheLastOnlyIfItHasArguments([Values("", ",[3]")] string last)
    {
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, SumAsync));

        await Peer.SendAsync("""[68,1,701,{"progress":true},[1]]""");
        await Peer.SendAsync("""[68,1,701,{"progress":true},[2]]""");
        await Peer.SendAsync($"[68,1,701,{{}}{last}]");

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo(last.Length == 0 ? "[70,1,{},[3]]" : "[70,1,{},[6]]"));
    }

    [TestCase("[68,1,701,{},[5]]", "[70,1,{},[5]]")]
    [TestCase("[68,1,701,{}]", "[70,1,{},[0]]")]
    public async Task ReadPiecesAsync_OrdinaryCall_IsOnePiece(string invocation, string expected)
    {
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, SumAsync));

        await Peer.SendAsync(invocation);

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Invocation_AnsweredBeforeItsLastPiece_IsNotBegunAgain()
    {
        var calls = 0;
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, () => Interlocked.Increment(ref calls)));
        await Peer.SendAsync("""[68,1,701,{"progress":true},[1]]""");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[1]]"));

        await Peer.SendAsync("""[68,1,701,{"progress":true},[2]]""");
        await Peer.SendAsync("[68,1,701,{}]");
        await Peer.SendAsync("[68,2,701,{}]");

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[2]]"));
    }

    [Test]
    public async Task Invocations_SeveralAnsweredBeforeTheirLastPiece_NoneIsBegunAgain()
    {
        const int several = 200;
        var calls = 0;
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, () => Interlocked.Increment(ref calls)));
        for (var i = 1; i <= several; i++)
        {
            await Peer.SendAsync($$"""[68,{{i}},701,{"progress":true},[1]]""");
            Assert.That(await Peer.ReceiveAsync(), Is.EqualTo($$"""[70,{{i}},{},[{{i}}]]"""));
        }

        for (var i = several; i >= 1; i--)
        {
            await Peer.SendAsync($"[68,{i},701,{{}},[2]]");
        }

        await Peer.SendAsync($"[68,{several + 1},701,{{}}]");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo($$"""[70,{{several + 1}},{},[{{several + 1}}]]"""));
    }

    [Test]
    public async Task Invocation_RefusedWithItsFirstPiece_IsRefusedOnce()
    {
        await Peer.SendAsync("""[68,1,999,{"progress":true},[1]]""");
        await Peer.SendAsync("[68,1,999,{}]");
        await Peer.SendAsync("[68,2,999,{}]");

        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[8,68,1,"));
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[8,68,2,"));
    }

    [Test]
    public async Task ReadPiecesAsync_MorePiecesWaitThanMay_FailsAfterThem()
    {
        var (release, read) = (new TaskCompletionSource(), new List<int>());
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            await release.Task;
            await foreach (var piece in call.ReadPiecesAsync<int>())
            {
                read.Add(piece);
            }

            return 0;
        }, new WampRegisterOptions { BufferSize = 1 }));
        foreach (var i in new[] { 1, 2, 3, 4 })
        {
            await Peer.SendAsync($$"""[68,1,701,{"progress":true},[{{i}}]]""");
        }

        await Peer.SendAsync("[68,2,999,{}]");
        await Peer.ReceiveAsync();      // all pieces have been taken when the unknown registration is answered
        release.SetResult();

        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.unavailable","""));
        Assert.That(read, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task ReadPiecesAsync_Interrupted_EndsAsCanceled()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, SumAsync));
        await Peer.SendAsync("""[68,1,701,{"progress":true},[1]]""");

        await Peer.SendAsync("[69,1,{}]");

        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.canceled","""));
    }

    [Test]
    public async Task Invocation_RepeatedButNotInPieces_IsAViolation()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync(Procedure, (CancellationToken canceled) => new TaskCompletionSource<int>().Task.WaitAsync(canceled)));
        await Peer.SendAsync("[68,1,701,{}]");

        await Peer.SendAsync("[68,1,701,{}]");

        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[3,").And.Contain("INVOCATION 1 came twice"));
    }

    private static async Task<WampPayload?> SumAsync(WampInvocation call)
    {
        var sum = 0;
        await foreach (var piece in call.ReadPiecesAsync<int>())
        {
            sum += piece;
        }

        return [sum];
    }

    private IAsyncEnumerable<WampPayload> Pieces() => _pieces.Reader.ReadAllAsync();
}
