using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>Who serves a call, and what it is told of it.</summary>
[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class RegistrationTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const string Procedure = "com.example.procedure";

    private WampClient _caller = null!;
    private WampClient _first = null!;
    private WampClient _second = null!;

    [SetUp]
    public async Task JoinAllAsync() => (_caller, _first, _second) = (await JoinAsync(), await JoinAsync(), await JoinAsync());

    [Test]
    public async Task RegisterAsync_Forced_TakesItFromWhoHasItAndTellsWhy()
    {
        var lost = await _first.RegisterAsync(Procedure, () => 1).Soon();

        await _second.RegisterAsync(Procedure, () => 2, new WampRegisterOptions { ForceReregister = true }).Soon();

        Assert.That(await lost.Revoked.Soon(), Does.Contain("force_reregister"));
        Assert.That(await _caller.CallAsync<int>(Procedure).Soon(), Is.EqualTo(2));
        await lost.DisposeAsync().Soon();
        Assert.That(await _caller.CallAsync<int>(Procedure).Soon(), Is.EqualTo(2));
    }

    [Test]
    public async Task SubscribeAsync_TakenBack_EndsTheFeed()
    {
        await using var feed = await _first.SubscribeAsync("com.example.topic").Soon();
        var id = await _caller.CallAsync<long>("wamp.subscription.lookup", ["com.example.topic"]).Soon();

        await _caller.CallAsync("wamp.subscription.remove_subscriber", [id, _first.Session!.Id]).Soon();

        Assert.That(await feed.Revoked.Soon(), Is.Not.Empty);
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(ErrorOf(() => events.MoveNextAsync().AsTask()).ErrorUri, Is.EqualTo(WampErrorUri.Revoked));
    }

    [TestCase(WampInvokePolicy.First, new[] { 1, 1, 1, 1 })]
    [TestCase(WampInvokePolicy.Last, new[] { 2, 2, 2, 2 })]
    [TestCase(WampInvokePolicy.RoundRobin, new[] { 1, 1, 2, 2 })]
    public async Task RegisterAsync_Shared_IsServedAsThePolicySays(WampInvokePolicy policy, int[] expected)
    {
        await RegisterBothAsync(new WampRegisterOptions { Invoke = policy }, new WampRegisterOptions { Invoke = policy });

        var servers = new List<int>();
        foreach (var _ in expected)
        {
            servers.Add(await _caller.CallAsync<int>(Procedure).Soon());
        }

        Assert.That(servers, Is.EquivalentTo(expected));
    }

    [Test]
    [Shows("sharded-registration.callee-client")]
    public async Task CallAsync_ResourceKey_MeetsTheSameCalleeWhichDependsOnTheKey()
    {
        var shared = new WampRegisterOptions { Invoke = WampInvokePolicy.RoundRobin };
        await RegisterBothAsync(shared with { NodeKey = "a" }, shared with { NodeKey = "b" });

        var servers = new List<int>();
        for (var key = 0; key < 32; key++)
        {
            var options = new WampCallOptions { ResourceKey = key % 2 == 0 ? key : $"house-{key}" };
            var server = await _caller.CallAsync<int>(Procedure, options: options).Soon();
            Assert.That(await _caller.CallAsync<int>(Procedure, options: options).Soon(), Is.EqualTo(server));
            servers.Add(server);
        }

        Assert.That(servers, Does.Contain(1).And.Contain(2));
    }

    [Test]
    [Shows("reroute.callee-client")]
    public async Task CallAsync_CalleeHasTooManyWaiting_IsServedByAnother()
    {
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var busy = new WampRegisterOptions { Invoke = WampInvokePolicy.First, Concurrency = 1, QueueSize = 0 };
        await _first.RegisterAsync(Procedure, async (CancellationToken canceled) =>
        {
            entered.SetResult();
            await release.Task.WaitAsync(canceled);
            return 1;
        }, busy).Soon();
        await _second.RegisterAsync(Procedure, () => 2, busy with { QueueSize = 100 }).Soon();
        var waiting = _caller.CallAsync<int>(Procedure);
        await entered.Task.Soon();

        Assert.That(await _caller.CallAsync<int>(Procedure).Soon(), Is.EqualTo(2));

        release.SetResult();
        Assert.That(await waiting.Soon(), Is.EqualTo(1));
    }

    [Test]
    public async Task RegisterAsync_RouterConcurrency_KeepsCallsWaitingAtTheRouter()
    {
        var (running, most) = (0, 0);
        await _first.RegisterAsync(Procedure, async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            return Interlocked.Decrement(ref running);
        }, new WampRegisterOptions { RouterConcurrency = 1 }).Soon();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _caller.CallAsync(Procedure))).Soon();

        Assert.That(most, Is.EqualTo(1));
    }

    [Test]
    public async Task RegisterAsync_DiscloseCallerAndForwardTimeout_TellTheProcedure()
    {
        await _first.RegisterAsync(
            Procedure,
            (WampInvocation call) => new WampPayload { call.Caller.SessionId, call.Caller.AuthRole, call.TrustLevel, call.Timeout!.Value.TotalMilliseconds },
            new WampRegisterOptions { DiscloseCaller = true, ForwardTimeout = true }).Soon();

        var told = await _caller.CallAsync(Procedure, options: new WampCallOptions { Timeout = TimeSpan.FromSeconds(30) }).Soon();

        Assert.That((told.Get<long>(0), told.Get<string>(1), told.Get<int>(2)), Is.EqualTo((_caller.Session!.Id, "staff", 3)));
        Assert.That(told.Get<double>(3), Is.EqualTo(30_000));
    }

    [Test]
    public async Task CallAsync_Passthru_ArrivesAsSentBothWays()
    {
        var (there, back) = (new WampPassthru("x_mine") { Serializer = "cbor", KeyId = "k1" }, new WampPassthru("x_mine") { Cipher = "aes256gcm" });
        WampArguments? received = null;
        await _first.RegisterAsync(Procedure, (WampInvocation call) =>
        {
            received = call.Arguments;
            return new WampPayload { new byte[] { 3, 4 } }.WithPassthru(back);
        }).Soon();

        var result = await _caller.CallAsync(Procedure, new WampPayload { new byte[] { 1, 2 } }.WithPassthru(there)).Soon();

        Assert.That((received!.Passthru, result.Passthru), Is.EqualTo((there, back)));
        Assert.That(received.Get<byte[]>(0), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(result.Get<byte[]>(0), Is.EqualTo(new byte[] { 3, 4 }));
    }

    private async Task RegisterBothAsync(WampRegisterOptions first, WampRegisterOptions second)
    {
        await _first.RegisterAsync(Procedure, () => 1, first).Soon();
        await _second.RegisterAsync(Procedure, () => 2, second).Soon();
    }
}
