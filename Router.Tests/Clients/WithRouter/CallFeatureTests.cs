using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>What the client announces as a caller and as a callee, between two of them.</summary>
[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class CallFeatureTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const string Procedure = "com.example.procedure";

    private WampClient _caller = null!;
    private WampClient _callee = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_caller, _callee) = (await JoinAsync(), await JoinAsync());

    [Test]
    [Shows("disclose-caller.caller", "disclose-caller.callee", "call-trust.callee")]
    public async Task CallAsync_DiscloseMe_TellsTheProcedureWhoAndHowTrusted()
    {
        await _callee.RegisterAsync(Procedure, (WampInvocation call) => $"{call.Caller.SessionId} {call.Caller.AuthRole} {call.TrustLevel}").Soon();

        Assert.That(await _caller.CallAsync<string>(Procedure, options: new WampCallOptions { DiscloseMe = true }).Soon(), Is.EqualTo($"{_caller.Session!.Id} staff 3"));
        Assert.That(await _caller.CallAsync<string>(Procedure).Soon(), Is.EqualTo("  3"));
    }

    [Test]
    [Shows("passthru.caller", "passthru.callee")]
    public async Task CallAsync_Passthru_ArrivesAsSentAndSoDoesTheResult()
    {
        var passthru = new WampPassthru("x_mine") { Serializer = "cbor", Cipher = "secret", KeyId = "k1" };
        var received = new TaskCompletionSource<WampPassthru?>();
        await _callee.RegisterAsync(Procedure, (WampInvocation call) =>
        {
            received.SetResult(call.Arguments.Passthru);
            return new WampPayload { call.Arguments.Get<byte[]>(0) }.WithPassthru(passthru);
        }).Soon();

        var result = await _caller.CallAsync(Procedure, new WampPayload { new byte[] { 1, 2 } }.WithPassthru(passthru)).Soon();

        Assert.That(await received.Task.Soon(), Is.EqualTo(passthru));
        Assert.That(result.Passthru, Is.EqualTo(passthru));
        Assert.That(result.Get<byte[]>(0), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    [Shows("pattern-registration.callee")]
    public async Task RegisterAsync_Pattern_IsToldWhatWasCalled()
    {
        await _callee.RegisterAsync("com.example.", (WampInvocation call) => call.Procedure, new WampRegisterOptions { Match = WampMatch.Prefix }).Soon();

        Assert.That(await _caller.CallAsync<string>("com.example.one").Soon(), Is.EqualTo("com.example.one"));
    }

    [Test]
    [Shows("shared-registration.callee")]
    public async Task RegisterAsync_SeveralClients_ShareTheCallsAsThePolicySays()
    {
        var options = new WampRegisterOptions { Invoke = WampInvokePolicy.RoundRobin };
        await _callee.RegisterAsync(Procedure, () => 1, options).Soon();
        await (await JoinAsync()).RegisterAsync(Procedure, () => 2, options).Soon();

        int[] served = [await _caller.CallAsync<int>(Procedure).Soon(), await _caller.CallAsync<int>(Procedure).Soon(), await _caller.CallAsync<int>(Procedure).Soon()];

        Assert.That(served, Is.EqualTo(new[] { 1, 2, 1 }));
    }

    [Test]
    [Shows("timeout.callee")]
    public async Task RegisterAsync_ForwardTimeout_IsToldHowMuchTimeThereIs()
    {
        await _callee.RegisterAsync(Procedure, (WampInvocation call) => $"{call.Timeout}", new WampRegisterOptions { ForwardTimeout = true }).Soon();

        Assert.That(await _caller.CallAsync<string>(Procedure, options: new WampCallOptions { Timeout = TimeSpan.FromMinutes(1) }).Soon(), Is.EqualTo("00:01:00"));
    }

    [Test]
    [Shows("progressive-results.caller", "progressive-results.callee")]
    public async Task CallProgressivelyAsync_ProcedureReportsProgress_ResultsComeOneByOne()
    {
        await _callee.RegisterAsync(Procedure, async (WampInvocation call) =>
        {
            await call.ReportProgressAsync([1]);
            await call.ReportProgressAsync([2]);
            return 3;
        }).Soon();

        var results = new List<int>();
        await foreach (var result in _caller.CallProgressivelyAsync<int>(Procedure))
        {
            results.Add(result);
        }

        Assert.That(results, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    [Shows("revoke-registration.callee")]
    public async Task RegisterAsync_AnotherTakesTheProcedureOver_TheFirstIsTold()
    {
        var registration = await _callee.RegisterAsync(Procedure, () => 1).Soon();

        await _caller.RegisterAsync(Procedure, () => 2, new WampRegisterOptions { ForceReregister = true }).Soon();

        Assert.That(await registration.Revoked.Soon(), Is.Not.Empty);
        Assert.That(await _callee.CallAsync<int>(Procedure).Soon(), Is.EqualTo(2));
    }
}
