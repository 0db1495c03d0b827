using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Dealer;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>A suite about calls: with a caller and a callee that announce every feature.</summary>
internal abstract class AdvancedCallSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    /// <summary>What is registered and called where a test names nothing else.</summary>
    protected const string Procedure = "com.procedure";

    protected Peer Caller { get; private set; } = null!;

    protected Peer Callee { get; private set; } = null!;

    [SetUp]
    public async Task JoinBothAsync() => (Caller, Callee) = (await JoinAsync("caller"), await JoinAsync("callee"));

    /// <summary>A callee that announces these features and no others.</summary>
    protected Task<Peer> JoinCalleeAsync(string name, string features) => JoinAsync(name, DealerRig.Announcing(features));

    /// <summary>A caller that announces these features and no others.</summary>
    protected Task<Peer> JoinCallerAsync(string name, string features) => JoinAsync(name, DealerRig.Announcing("", features));

    /// <summary>Registers; the registration id is then <c>$<paramref name="name"/></c>.</summary>
    protected static Task RegisterAsync(Peer callee, string options = "", string procedure = Procedure, string name = "registration", int request = 1) =>
        callee.ExchangeAsync($$"""[64,{{request}},{{{options}}},"{{procedure}}"]""", $"""[65,{request},"${name}"]""");

    /// <summary>Calls with these options and arguments, if any.</summary>
    protected static Task CallAsync(Peer caller, int request, string options = "", string? arguments = null, string procedure = Procedure) =>
        caller.SendAsync($$"""[48,{{request}},{{{options}}},"{{procedure}}"{{(arguments is null ? "" : ",")}}{{arguments}}]""");

    /// <summary>The callee has been sent a call, with these details.</summary>
    protected static Task ExpectInvocationAsync(Peer callee, int request = 1, string details = "", string? arguments = null) =>
        callee.ExpectAsync($$"""[68,{{request}},"$registration",{{{details}}}{{(arguments is null ? "" : ",")}}{{arguments}}]""");

    /// <summary>The router itself refuses a request, a CALL if nothing else is said.</summary>
    protected static Task ExpectRefusalAsync(Peer peer, int request, string error, MessageCode type = MessageCode.Call) =>
        peer.ExpectAsync($$"""[8,{{(int)type}},{{request}},{},"wamp.error.{{error}}",["*text"]]""");

    /// <summary>The callee answers, and the caller has the result.</summary>
    protected static async Task AnswerAsync(Peer callee, int invocation, Peer caller, int request)
    {
        await callee.SendAsync($$"""[70,{{invocation}},{}]""");
        await caller.ExpectAsync($$"""[50,{{request}},{}]""");
    }

    /// <summary>What <paramref name="peer"/> sent last has been acted on, and nothing was sent to any of these.</summary>
    protected static async Task ExpectNothingForAsync(Peer peer, params Peer[] others)
    {
        await peer.ExpectNothingAsync();
        foreach (var other in others)
        {
            await other.ExpectNothingAsync();
        }
    }
}
