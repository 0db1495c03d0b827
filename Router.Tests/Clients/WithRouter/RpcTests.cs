using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class RpcTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const string Procedure = "com.example.procedure";

    private WampClient _caller = null!;
    private WampClient _callee = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_caller, _callee) = (await JoinAsync(), await JoinAsync());

    [Test]
    public async Task CallAsync_Registered_IsAnswered()
    {
        await _callee.RegisterAsync(Procedure, (int a, int b) => a + b).Soon();

        var sums = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _caller.CallAsync<int>(Procedure, [i, 1]))).Soon();

        Assert.That(sums, Is.EqualTo(Enumerable.Range(1, 200)));
    }

    [Test]
    public async Task CallAsync_ProcedureThrows_IsTheSameErrorHere()
    {
        await _callee.RegisterAsync(Procedure, int () => throw new WampException("com.example.error.sold_out", "none left", new WampPayload { 7, { "item", "tea" } })).Soon();

        var error = ErrorOf(() => _caller.CallAsync(Procedure));

        Assert.That(error.ErrorUri, Is.EqualTo("com.example.error.sold_out"));
        Assert.That((error.Arguments.Get<int>(0), error.Arguments.Get<string>("item")), Is.EqualTo((7, "tea")));
    }

    [Test]
    public async Task CallAsync_ProcedureHasABug_TellsTheCallerNothingOfIt()
    {
        await _callee.RegisterAsync(Procedure, int () => throw new InvalidOperationException("secret")).Soon();

        var error = ErrorOf(() => _caller.CallAsync(Procedure));

        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.RuntimeError));
        Assert.That(error.Message, Does.Not.Contain("secret"));
    }

    [Test]
    public void CallAsync_NobodyRegistered_SaysSo() =>
        Assert.That(ErrorOf(() => _caller.CallAsync(Procedure)).ErrorUri, Is.EqualTo(WampErrorUri.NoSuchProcedure));

    [Test]
    public async Task RegisterAsync_Twice_IsRefused()
    {
        await _callee.RegisterAsync(Procedure, () => 1).Soon();

        Assert.That(ErrorOf(() => _caller.RegisterAsync(Procedure, () => 2)).ErrorUri, Is.EqualTo(WampErrorUri.ProcedureAlreadyExists));
    }

    [Test]
    public async Task RegisterAsync_Disposed_IsFree()
    {
        var registration = await _callee.RegisterAsync(Procedure, () => 1).Soon();
        await registration.DisposeAsync().Soon();

        await _caller.RegisterAsync(Procedure, () => 2).Soon();

        Assert.That(await _callee.CallAsync<int>(Procedure).Soon(), Is.EqualTo(2));
    }

    [TestCase(WampCancelMode.KillNoWait, true)]
    [TestCase(WampCancelMode.Kill, true)]
    [TestCase(WampCancelMode.Skip, false)]
    [Shows("cancel.caller", "cancel.callee")]
    public async Task CallAsync_Canceled_InterruptsTheProcedureAsTheModeSays(WampCancelMode mode, bool interrupts)
    {
        var (entered, interrupted) = (new TaskCompletionSource(), new TaskCompletionSource());
        var release = new TaskCompletionSource();
        await _callee.RegisterAsync(Procedure, async (CancellationToken token) =>
        {
            token.Register(interrupted.SetResult);
            entered.SetResult();
            await release.Task.WaitAsync(token);
            return 1;
        }).Soon();
        using var cancellation = new CancellationTokenSource();
        var call = _caller.CallAsync<int>(Procedure, options: new WampCallOptions { CancelMode = mode }, cancellationToken: cancellation.Token);
        await entered.Task.Soon();

        await cancellation.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        if (interrupts)
        {
            await interrupted.Task.Soon();
        }

        release.SetResult();
        Assert.That(ErrorOf(() => _caller.CallAsync("com.example.none")).ErrorUri, Is.EqualTo(WampErrorUri.NoSuchProcedure), "the session lives on");
        Assert.That(interrupted.Task.IsCompleted, Is.EqualTo(interrupts));
    }

    [Test]
    [Shows("timeout.caller")]
    public async Task CallAsync_Timeout_FailsAndInterrupts()
    {
        var interrupted = new TaskCompletionSource();
        await _callee.RegisterAsync(Procedure, async (CancellationToken token) =>
        {
            token.Register(interrupted.SetResult);
            await new TaskCompletionSource().Task.WaitAsync(token);
            return 1;
        }).Soon();

        var error = ErrorOf(() => _caller.CallAsync(Procedure, options: new WampCallOptions { Timeout = TimeSpan.FromMilliseconds(50) }));

        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.Timeout));
        await interrupted.Task.Soon();
    }

    [Test]
    public async Task CallAsync_SlowProcedure_DelaysNoOther()
    {
        var release = new TaskCompletionSource<int>();
        await _callee.RegisterAsync(Procedure, (WampInvocation _) => AnswerAsync(release.Task)).Soon();
        await _callee.RegisterAsync("com.example.fast", () => 1).Soon();
        var slow = _caller.CallAsync<int>(Procedure);

        Assert.That(await _caller.CallAsync<int>("com.example.fast").Soon(), Is.EqualTo(1));

        release.SetResult(2);
        Assert.That(await slow.Soon(), Is.EqualTo(2));
    }

    [Test]
    public async Task CallAsync_CalleeLeaves_Ends()
    {
        var entered = new TaskCompletionSource();
        await _callee.RegisterAsync(Procedure, async (CancellationToken token) =>
        {
            entered.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return 1;
        }).Soon();
        var call = _caller.CallAsync(Procedure);
        await entered.Task.Soon();

        await _callee.DisposeAsync().Soon();

        Assert.That(ErrorOf(() => call).ErrorUri, Is.EqualTo(WampErrorUri.Canceled));
    }

    private static async Task<WampPayload?> AnswerAsync(Task<int> answer) => [await answer];
}
