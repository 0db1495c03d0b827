using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>Results in pieces, arguments in pieces, and both at once.</summary>
[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class StreamTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const string Procedure = "com.example.procedure";

    private WampClient _caller = null!;
    private WampClient _callee = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_caller, _callee) = (await JoinAsync(), await JoinAsync());

    [Test]
    public async Task CallProgressivelyAsync_ManyResults_ComeInOrderAndAll()
    {
        const int count = 500;
        await _callee.RegisterAsync(Procedure, async (int upTo, WampInvocation call) =>
        {
            for (var i = 1; i < upTo; i++)
            {
                await call.ReportProgressAsync([i]);
            }

            return upTo;
        }).Soon();

        Assert.That(await ListAsync(_caller.CallProgressivelyAsync<int>(Procedure, [count])).Soon(), Is.EqualTo(Enumerable.Range(1, count)));
    }

    [Test]
    public async Task CallProgressivelyAsync_ReaderLeaves_InterruptsTheProcedure()
    {
        var interrupted = new TaskCompletionSource();
        await _callee.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            call.CancellationToken.Register(interrupted.SetResult);
            await call.ReportProgressAsync([1]);
            await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
            return 2;
        }).Soon();

        await foreach (var result in _caller.CallProgressivelyAsync<int>(Procedure))
        {
            Assert.That(result, Is.EqualTo(1));
            break;
        }

        await interrupted.Task.Soon();
    }

    [Test]
    [Shows("progressive-invocations.caller-client", "progressive-invocations.callee-client")]
    public async Task CallAsync_ManyPieces_AreReadInOrderAndAll()
    {
        const int count = 500;
        await _callee.RegisterAsync(Procedure, async (WampInvocation call) => (await ListAsync(call.ReadPiecesAsync<int>())).ToArray()).Soon();

        var read = await _caller.CallAsync<int[]>(Procedure, CountAsync(count)).Soon();

        Assert.That(read, Is.EqualTo(Enumerable.Range(1, count)));
    }

    [Test]
    public async Task CallAsync_ProcedureStopsReading_EndsWithItsResultAndTheSessionLivesOn()
    {
        await _callee.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            await foreach (var piece in call.ReadPiecesAsync<int>())
            {
                return piece;
            }

            return -1;
        }).Soon();

        for (var i = 0; i < 20; i++)
        {
            Assert.That(await _caller.CallAsync<int>(Procedure, CountUntilStoppedAsync()).Soon(), Is.EqualTo(1));
        }

        Assert.That(await _caller.CallAsync<int>(Procedure, [7]).Soon(), Is.EqualTo(7));
        Assert.That((_caller.State, _callee.State), Is.EqualTo((WampClientState.Connected, WampClientState.Connected)));
    }

    [Test]
    public async Task CallAsync_PiecesCanceled_InterruptsWhoReadsThem()
    {
        var (entered, ended) = (new TaskCompletionSource(), new TaskCompletionSource<Exception>());
        await _callee.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            entered.SetResult();
            ended.SetResult(Assert.CatchAsync(() => ListAsync(call.ReadPiecesAsync<int>()))!);
            return 0;
        }).Soon();
        var pieces = Channel.CreateUnbounded<WampPayload>();
        using var cancellation = new CancellationTokenSource();
        var call = _caller.CallAsync(Procedure, pieces.Reader.ReadAllAsync(), cancellationToken: cancellation.Token);
        pieces.Writer.TryWrite([1]);
        await entered.Task.Soon();

        await cancellation.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        Assert.That(await ended.Task.Soon(), Is.InstanceOf<OperationCanceledException>());
    }

    [Test]
    [Shows("progressive-invocations.caller-client", "progressive-invocations.callee-client")]
    public async Task CallProgressivelyAsync_Pieces_AreAnsweredOneByOne()
    {
        await _callee.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            await foreach (var piece in call.ReadPiecesAsync<int>())
            {
                await call.ReportProgressAsync([piece * 10]);
            }

            return (WampPayload?)null;
        }).Soon();
        var pieces = Channel.CreateUnbounded<WampPayload>();
        await using var results = _caller.CallProgressivelyAsync<int>(Procedure, pieces.Reader.ReadAllAsync()).GetAsyncEnumerator();

        for (var i = 1; i <= 20; i++)
        {
            pieces.Writer.TryWrite([i]);
            Assert.That((await results.MoveNextAsync().Soon(), results.Current), Is.EqualTo((true, i * 10)));
        }

        pieces.Writer.Complete();
        Assert.That(await results.MoveNextAsync().Soon(), Is.False);
    }

    [Test]
    public async Task CallAsync_PiecesToAServerThatFailed_EndWithItsError()
    {
        await _callee.RegisterAsync(Procedure, int (WampInvocation _) => throw new WampException("com.example.error.full", "no room")).Soon();

        var error = ErrorOf(() => _caller.CallAsync(Procedure, CountUntilStoppedAsync()));

        Assert.That(error.ErrorUri, Is.EqualTo("com.example.error.full"));
    }

    /// <summary>More pieces than are on their way when the answer comes, and no end: only its token stops it.</summary>
    private static async IAsyncEnumerable<WampPayload> CountUntilStoppedAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var piece in CountAsync(1000, stop))
        {
            yield return piece;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }

    private static async IAsyncEnumerable<WampPayload> CountAsync(int count, [EnumeratorCancellation] CancellationToken stop = default)
    {
        for (var i = 1; i <= count; i++)
        {
            stop.ThrowIfCancellationRequested();
            yield return [i];
            await Task.Yield();
        }
    }

    private static async Task<List<int>> ListAsync(IAsyncEnumerable<int> numbers)
    {
        var list = new List<int>();
        await foreach (var number in numbers)
        {
            list.Add(number);
        }

        return list;
    }
}
