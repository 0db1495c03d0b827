using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class RegisterTests(WampSerializer serializer)
{
    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    private ScriptedPeer Peer => _joined.Peer;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task RegisterAsync_Function_AnswersWithItsResult()
    {
        var registering = Client.RegisterAsync("com.example.add", (int a, int b) => a + b);
        Assert.That(await Peer.AnswerAsync("[65,$,701]"), Is.EqualTo("""[64,1,{},"com.example.add"]"""));
        await registering.Soon();

        Assert.That(await InvokeAsync("[68,1,701,{},[2,3]]"), Is.EqualTo("[70,1,{},[5]]"));
    }

    [Test]
    [Shows("pattern-registration.callee", "disclose-caller.callee")]
    public async Task RegisterAsync_AsynchronousFunctionWithContext_IsGivenIt()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync(
            "com.example",
            async (string text, WampInvocation call, CancellationToken token) =>
            {
                await Task.Yield();
                return $"{text} {call.Procedure} {call.Caller.SessionId} {call.Caller.AuthId} {token.CanBeCanceled}";
            },
            new WampRegisterOptions { Match = WampMatch.Prefix, Invoke = WampInvokePolicy.RoundRobin }));

        Assert.That(
            await InvokeAsync("""[68,1,701,{"procedure":"com.example.x","caller":7,"caller_authid":"bob"},["hi"]]"""),
            Is.EqualTo("""[70,1,{},["hi com.example.x 7 bob True"]]"""));
    }

    [Test]
    [Shows("pattern-registration.callee", "shared-registration.callee")]
    public async Task RegisterAsync_Options_AreOnTheWire()
    {
        var registering = Client.RegisterAsync("com..x", () => 1, new WampRegisterOptions { Match = WampMatch.Wildcard, Invoke = WampInvokePolicy.First });

        Assert.That(await Peer.AnswerAsync("[65,$,701]"), Is.EqualTo("""[64,1,{"match":"wildcard","invoke":"first"},"com..x"]"""));
        await registering.Soon();
    }

    [Test]
    [Shows("message.no-empty-arguments", "message.no-empty-argumentskw")]
    public async Task RegisterAsync_NoResult_AnswersWithoutArguments()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.action", (string text) => { }), 701);
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.task", (string text) => Task.CompletedTask), 702);
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.payload", () => new WampPayload { 1, { "more", true } }), 703);

        Assert.That(await InvokeAsync("""[68,1,701,{},["x"]]"""), Is.EqualTo("[70,1,{}]"));
        Assert.That(await InvokeAsync("""[68,2,702,{},["x"]]"""), Is.EqualTo("[70,2,{}]"));
        Assert.That(await InvokeAsync("""[68,3,703,{}]"""), Is.EqualTo("""[70,3,{},[1],{"more":true}]"""));
    }

    [Test]
    public async Task Procedure_PassesArgumentsOn_TheyArriveUntouched()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.echo", (WampArguments arguments) => arguments));

        Assert.That(
            await InvokeAsync("""[68,1,701,{},[1.0,{"b":1,"a":[null]}],{"k":"v"}]"""),
            Is.EqualTo("""[70,1,{},[1.0,{"b":1,"a":[null]}],{"k":"v"}]"""));
    }

    [Test]
    public async Task Procedure_ThrowsWampException_CallerGetsItsUriAndArguments()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync(
            "com.example.buy",
            int () => throw new WampException("com.example.error.sold_out", "none left", new WampPayload { "none left", { "item", "tea" } })));

        Assert.That(await InvokeAsync("[68,1,701,{}]"), Is.EqualTo("""[8,68,1,{},"com.example.error.sold_out",["none left"],{"item":"tea"}]"""));
    }

    [Test]
    public async Task Procedure_ThrowsAnything_CallerLearnsNoDetailsAndItIsReported()
    {
        var errors = new BackgroundErrors(Client);
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.buy", int () => throw new InvalidOperationException("password is 1234")));

        Assert.That(await InvokeAsync("[68,1,701,{}]"), Is.EqualTo("""[8,68,1,{},"wamp.error.runtime_error",["The procedure failed."]]"""));
        Assert.That((await errors.NextAsync()).Exception.Message, Is.EqualTo("password is 1234"));
    }

    [TestCase("[68,1,701,{},[2]]", "Argument 1 of 'com.example.add' is missing: there are 1.")]
    [TestCase("""[68,1,701,{},[2,"x"]]""", "Argument 1 of 'com.example.add': a whole number from -2147483648 to 2147483647 is wanted, not the text \\\"x\\\".")]
    public async Task Procedure_ArgumentsDoNotFit_CallerGetsInvalidArgument(string invocation, string text)
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.add", (int a, int b) => a + b));

        Assert.That(await InvokeAsync(invocation), Does.StartWith($"""[8,68,1,{"{}"},"wamp.error.invalid_argument",["{text}"""));
    }

    [Test]
    [Shows("cancel.callee")]
    public async Task Interrupt_Running_CancelsTheTokenAndAnswersCanceled()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.slow", async (CancellationToken token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return 1;
        }));
        await Peer.SendAsync("[68,1,701,{}]");
        await Peer.SendAsync("""[69,1,{"mode":"kill"}]""");

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[8,68,1,{},"wamp.error.canceled",["The call was canceled."]]"""));
    }

    [Test]
    public async Task Session_Lost_CancelsWhatRuns()
    {
        var (started, canceled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.slow", async (WampInvocation call) =>
        {
            using var registration = call.CancellationToken.Register(canceled.SetResult);
            started.SetResult();
            await canceled.Task;
            return 1;
        }));
        await Peer.SendAsync("[68,1,701,{}]");
        await started.Task.Soon();
        await Peer.CloseAsync();

        await canceled.Task.Soon();
    }

    [Test]
    public async Task Invocations_MoreThanMayRunAndWait_AreRefusedAtOnce()
    {
        var gate = new TaskCompletionSource();
        await _joined.RegisteredAsync(Client.RegisterAsync(
            "com.example.slow",
            async (int value) =>
            {
                await gate.Task;
                return value;
            },
            new WampRegisterOptions { Concurrency = 2, QueueSize = 1 }));
        for (var i = 1; i <= 4; i++)
        {
            await Peer.SendAsync($"[68,{i},701,{{}},[{i}]]");
        }

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[8,68,4,{},"wamp.error.unavailable",["'com.example.slow' has too many calls waiting."]]"""));
        gate.SetResult();
        string[] answers = [await Peer.ReceiveAsync(), await Peer.ReceiveAsync(), await Peer.ReceiveAsync()];
        Assert.That(answers, Is.EquivalentTo(new[] { "[70,1,{},[1]]", "[70,2,{},[2]]", "[70,3,{},[3]]" }));
    }

    [Test]
    public async Task DisposeAsync_Registered_UnregistersAndRefusesLateInvocations()
    {
        var registration = await _joined.RegisteredAsync(Client.RegisterAsync("com.example.add", (int a, int b) => a + b));
        var leaving = registration.DisposeAsync().AsTask();
        Assert.That(await Peer.AnswerAsync("[67,$]"), Is.EqualTo("[66,2,701]"));
        await leaving.Soon();

        Assert.That(await InvokeAsync("[68,1,701,{},[1,2]]"), Does.Contain("wamp.error.no_such_procedure"));
    }

    [Test]
    public async Task RegisterAsync_Refused_Throws()
    {
        var refused = Client.RegisterAsync("com.example.add", (int a, int b) => a + b);
        await Peer.AnswerAsync("""[8,64,$,{},"wamp.error.procedure_already_exists"]""");

        Assert.That(async () => await refused.Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.ProcedureAlreadyExists));
    }

    [Test]
    public async Task RegisterServiceAsync_AttributedMethods_AreProcedures()
    {
        var registering = Client.RegisterServiceAsync(new Calculator());
        for (var id = 701; id <= 705; id++)
        {
            await Peer.AnswerAsync($"[65,$,{id}]");
        }

        var service = await registering.Soon();
        Assert.That(
            service.Registrations.Select(r => r.Procedure),
            Is.EqualTo(new[] { "calc.add", "calc.later", "calc.value_task", "calc.nothing", "calc.fail" }));
        Assert.That(await InvokeAsync("[68,1,701,{},[2,3]]"), Is.EqualTo("[70,1,{},[5]]"));
        Assert.That(await InvokeAsync("""[68,2,701,{},[],{"a":2}]"""), Is.EqualTo("[70,2,{},[102]]"), "by name, and by default");
        Assert.That(await InvokeAsync("""[68,3,702,{},["x"]]"""), Is.EqualTo("""[70,3,{},["x calc.later"]]"""));
        Assert.That(await InvokeAsync("""[68,4,703,{}]"""), Is.EqualTo("[70,4,{},[7]]"));
        Assert.That(await InvokeAsync("""[68,5,704,{}]"""), Is.EqualTo("[70,5,{}]"));
        Assert.That(await InvokeAsync("""[68,6,705,{}]"""), Is.EqualTo("""[8,68,6,{},"calc.error",["no"]]"""));
    }

    private async Task<string> InvokeAsync(string invocation)
    {
        await Peer.SendAsync(invocation);
        return await Peer.ReceiveAsync();
    }

    [SuppressMessage("Performance", "CA1822", Justification = "A service has instance methods.")]
    internal sealed class Calculator
    {
        [WampProcedure("calc.add")]
        public int Add(int a, int b = 100) => a + b;

        [WampProcedure("calc.later")]
        public async Task<string> LaterAsync(string text, WampInvocation call, CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return $"{text} {call.Procedure}";
        }

        [WampProcedure("calc.value_task")]
        public ValueTask<int> ValueTaskAsync() => ValueTask.FromResult(7);

        [WampProcedure("calc.nothing")]
        public Task NothingAsync() => Task.CompletedTask;

        [WampProcedure("calc.fail")]
        public int Fail() => throw new WampException("calc.error", "no");

        public int NoProcedure() => 0;
    }
}
