using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class ProgressiveResultsTests(WampSerializer serializer)
{
    private const string Procedure = "com.example.p";

    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCase("[50,1,{},[3]]", new[] { 1, 2, 3 })]
    [TestCase("[50,1,{}]", new[] { 1, 2 })]
    [Shows("progressive-results.caller")]
    public async Task CallProgressivelyAsync_Results_AreYieldedInOrder(string last, int[] expected)
    {
        var reading = ReadAsync(_joined.Client.CallProgressivelyAsync<int>(Procedure, [7]));
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[48,1,{"receive_progress":true},"com.example.p",[7]]"""));
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[1]]""");
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[2]]""");

        await _joined.Peer.SendAsync(last);

        Assert.That(await reading.Soon(), Is.EqualTo(expected));
    }

    [Test]
    [Shows("progressive-results.caller")]
    public async Task CallProgressivelyAsync_Error_ComesAfterTheResultsBeforeIt()
    {
        await using var results = _joined.Client.CallProgressivelyAsync<int>(Procedure).GetAsyncEnumerator();
        var first = results.MoveNextAsync();
        await _joined.Peer.ReceiveAsync();
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[1]]""");
        await _joined.Peer.SendAsync("""[8,48,1,{},"com.example.error.oops"]""");

        Assert.That((await first.Soon(), results.Current), Is.EqualTo((true, 1)));
        Assert.That(Assert.CatchAsync<WampException>(() => results.MoveNextAsync().Soon())!.ErrorUri, Is.EqualTo("com.example.error.oops"));
    }

    [Test]
    public async Task CallProgressivelyAsync_ReaderLeaves_CancelsTheCall()
    {
        var leaving = FirstAsync(_joined.Client.CallProgressivelyAsync<int>(Procedure));
        await _joined.Peer.ReceiveAsync();
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[1]]""");

        Assert.That(await leaving.Soon(), Is.EqualTo(1));
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    public async Task CallProgressivelyAsync_TokenCanceled_CancelsTheCallAndSaysSo()
    {
        using var cancellation = new CancellationTokenSource();
        var reading = ReadAsync(_joined.Client.CallProgressivelyAsync<int>(Procedure, cancellationToken: cancellation.Token));
        await _joined.Peer.ReceiveAsync();

        await cancellation.CancelAsync();

        Assert.That(Assert.CatchAsync<OperationCanceledException>(() => reading.Soon())!.CancellationToken, Is.EqualTo(cancellation.Token));
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    public async Task CallProgressivelyAsync_ReaderTooSlow_EndsAfterWhatWaitsInsteadOfLosingSilently()
    {
        await using var results = _joined.Client.CallProgressivelyAsync<int>(Procedure, options: new WampCallOptions { BufferSize = 1 }).GetAsyncEnumerator();
        var first = results.MoveNextAsync();
        await _joined.Peer.ReceiveAsync();
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[1]]""");
        Assert.That(await first.Soon(), Is.True);
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[2]]""");
        await _joined.Peer.SendAsync("""[50,1,{"progress":true},[3]]""");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
        Assert.That((await results.MoveNextAsync().Soon(), results.Current), Is.EqualTo((true, 2)));
        Assert.That(Assert.CatchAsync<WampException>(() => results.MoveNextAsync().Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.Unavailable));
    }

    [TestCase("""{"receive_progress":true}""", true)]
    [TestCase("{}", false)]
    [Shows("progressive-results.callee")]
    public async Task ReportProgressAsync_OnlyIfTheCallerTakesIt_IsSentBeforeTheResult(string details, bool expected)
    {
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            await call.ReportProgressAsync([1]);
            await call.ReportProgressAsync([2]);
            return 3;
        }));

        await _joined.Peer.SendAsync($"[68,1,701,{details}]");

        if (expected)
        {
            Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,1,{"progress":true},[1]]"""));
            Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,1,{"progress":true},[2]]"""));
        }

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[3]]"));
    }

    [Test]
    public async Task ReportProgressAsync_Interrupted_Throws()
    {
        var (entered, release, reported) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<Exception>());
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            entered.SetResult();
            await release.Task;
            reported.SetResult(Assert.CatchAsync(async () => await call.ReportProgressAsync([1]))!);
            return 1;
        }));
        await _joined.Peer.SendAsync("""[68,1,701,{"receive_progress":true}]""");
        await entered.Task.Soon();
        await _joined.Peer.SendAsync("[69,1,{}]");
        await _joined.Peer.SendAsync("""[68,2,999,{}]""");
        await _joined.Peer.ReceiveAsync();      // INTERRUPT has been read when the unknown registration is answered

        release.SetResult();

        Assert.That(await reported.Task.Soon(), Is.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task ReportProgressAsync_AfterTheAnswer_ThrowsAndSendsNothing()
    {
        WampInvocation? ended = null;
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p", (WampInvocation call) => (ended = call).Arguments.Count));
        await _joined.Peer.SendAsync("""[68,1,701,{"receive_progress":true}]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[0]]"));

        Assert.That(async () => await ended!.ReportProgressAsync([1]), Throws.InvalidOperationException.With.Message.Contains("'com.example.p' has answered the call"));

        await _joined.Client.PublishAsync("com.example.fence");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("[16,"));
    }

    private static async Task<List<int>> ReadAsync(IAsyncEnumerable<int> results)
    {
        var read = new List<int>();
        await foreach (var result in results)
        {
            read.Add(result);
        }

        return read;
    }

    private static async Task<int> FirstAsync(IAsyncEnumerable<int> results)
    {
        await foreach (var result in results)
        {
            return result;
        }

        return -1;
    }
}
