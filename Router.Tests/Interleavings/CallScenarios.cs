using WampRouter.Realms.Metrics;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using static WampRouter.Interleavings.Scenario;

namespace WampRouter.Interleavings;

/// <summary>What ends a call: its answer, its time limit, CANCEL, and the end of either session. One of them does, and nothing is left of it.</summary>
internal static class CallScenarios
{
    private const string CallerDetails = """{"roles":{"caller":{"features":{"progressive_call_results":true,"call_canceling":true,"call_timeout":true}}}}""";
    private const string CalleeDetails = """{"roles":{"callee":{"features":{"progressive_call_results":true,"call_canceling":true,"call_reroute":true}}}}""";
    private const string Limited = """[48,1,{"timeout":100},"com.procedure"]""";
    private const string Progressive = """[48,1,{"timeout":100,"receive_progress":true},"com.procedure"]""";

    public static IEnumerable<Scenario> All =>
    [
        new("call: answer, time limit and cancel", () => AnswerMeetsTheEnd("[49,1,{}]")),
        new("call: answer, time limit and cancel that lets the callee answer", () => AnswerMeetsTheEnd("""[49,1,{"mode":"kill"}]""")),
        new("call: results in pieces, time limit and cancel", PiecesMeetTheEnd),
        new("call: answer, time limit and a caller that leaves", AnswerMeetsTheCallersEnd),
        new("call: time limit, cancel and a callee that leaves", TimeLimitMeetsTheCalleesEnd),
        new("call: a queue, two callers and an answer", CallersMeetInAQueue),
        new("call: on to the next callee, time limit and cancel", ReroutingMeetsTheEnd),
    ];

    private static void AnswerMeetsTheEnd(string cancel)
    {
        using var rig = new Rig();
        rig.Caller.Send(Limited);
        Meet(() => rig.Callee.Send("[70,1,{},[1]]"), rig.PassTime, () => rig.Caller.Send(cancel));

        ExpectOneEnd(rig.Caller.Take(), pieces: 0);
        rig.ExpectNothingLeft();
    }

    private static void PiecesMeetTheEnd()
    {
        using var rig = new Rig();
        rig.Caller.Send(Progressive);
        Meet(() => rig.Callee.Send("""[70,1,{"progress":true},[1]]""").Send("""[70,1,{"progress":true},[2]]""").Send("[70,1,{},[3]]"), rig.PassTime, () => rig.Caller.Send("[49,1,{}]"));

        ExpectOneEnd(rig.Caller.Take(), pieces: 2);
        rig.ExpectNothingLeft();
    }

    private static void AnswerMeetsTheCallersEnd()
    {
        using var rig = new Rig();
        rig.Caller.Send(Limited);
        Meet(() => rig.Callee.Send("[70,1,{},[1]]"), rig.PassTime, () => rig.Caller.Disconnect());

        Expect(rig.Caller.Take().Count <= 1, "one end at most");
        rig.ExpectNothingLeft();
    }

    private static void TimeLimitMeetsTheCalleesEnd()
    {
        using var rig = new Rig();
        rig.Caller.Send(Limited);
        Meet(() => rig.Callee.Disconnect(), rig.PassTime, () => rig.Caller.Send("[49,1,{}]"));

        ExpectOneEnd(rig.Caller.Take(), pieces: 0);
        rig.ExpectNothingLeft();
    }

    private static void CallersMeetInAQueue()
    {
        using var rig = new Rig("""{"concurrency":1}""");
        var other = rig.Router.Join(CallerDetails);
        rig.Caller.Send("""[48,1,{},"com.procedure"]""");
        Meet(() => rig.Callee.Send("[70,1,{}]"), () => rig.Caller.Send("""[48,2,{},"com.procedure"]"""), () => other.Send("""[48,1,{},"com.procedure"]"""));

        rig.Callee.Send("[70,2,{}]").Send("[70,3,{}]");
        ExpectEqual(string.Join(' ', rig.Callee.Take().Select(invocation => invocation[..6])), "[68,1, [68,2, [68,3,", "the invocations");
        ExpectEqual(string.Join(' ', rig.Caller.Take().Order()), "[50,1,{}] [50,2,{}]", "the results of the first caller");
        ExpectEqual(string.Join(' ', other.Take()), "[50,1,{}]", "the results of the second caller");
        rig.ExpectNothingLeft();
    }

    private static void ReroutingMeetsTheEnd()
    {
        using var rig = new Rig("""{"invoke":"first"}""");
        var second = rig.Router.Join(CalleeDetails);
        second.Register("""{"invoke":"first"}""");
        rig.Caller.Send(Limited);
        Meet(
            () => rig.Callee.Send("""[8,68,1,{},"wamp.error.unavailable"]"""),
            rig.PassTime,
            () => rig.Caller.Send("""[49,1,{"mode":"kill"}]"""));

        if (second.Take().Any(message => message.StartsWith("[68,", StringComparison.Ordinal)))
        {
            second.Send("[70,1,{}]");
        }

        ExpectEqual(second.Status, ReceiveStatus.Continue, "what became of the second callee");
        ExpectOneEnd(rig.Caller.Take(), pieces: 0);
        rig.ExpectNothingLeft();
    }

    private static void ExpectOneEnd(IReadOnlyList<string> messages, int pieces)
    {
        var all = string.Join(' ', messages);
        Expect(messages.Count is > 0 && messages.Count <= pieces + 1, $"one end, and {pieces} pieces at most: {all}");
        for (var i = 0; i < messages.Count - 1; i++)
        {
            Expect(messages[i] == $$"""[50,1,{"progress":true},[{{i + 1}}]]""", $"the pieces in order, and the end behind them: {all}");
        }

        Expect(messages[^1].StartsWith("[50,1,{}", StringComparison.Ordinal) || messages[^1].StartsWith("[8,48,1,", StringComparison.Ordinal), $"an end: {all}");
    }

    private static void Register(this TestPeer peer, string options)
    {
        var answer = peer.Send($$"""[64,1,{{options}},"com.procedure"]""").Take();
        Expect(answer is [var registered] && registered.StartsWith("[65,1,", StringComparison.Ordinal), "REGISTERED");
    }

    /// <summary>A caller and a callee of a real router.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly ManualTime _time = new();

        public Rig(string registerOptions = "{}")
        {
            Router = new TestRouter(time: _time);
            Callee = Router.Join(CalleeDetails);
            Callee.Register(registerOptions);
            Caller = Router.Join(CallerDetails);
        }

        public TestRouter Router { get; }

        public TestPeer Caller { get; }

        public TestPeer Callee { get; }

        /// <summary>The time of the call is over.</summary>
        public void PassTime() => _time.Advance(TimeSpan.FromMilliseconds(100));

        /// <summary>Nobody is blamed, and nothing of a call is kept.</summary>
        public void ExpectNothingLeft()
        {
            ExpectEqual(Callee.Status, ReceiveStatus.Continue, "what became of the callee");
            ExpectEqual(Caller.Status, ReceiveStatus.Continue, "what became of the caller");
            ExpectEqual(Router.Live.PendingCalls, 0, "calls under way");
            ExpectEqual(Router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), 0, "bytes of calls that are kept");
            _time.Advance(TimeSpan.FromHours(1));       // what is cached is given up meanwhile
            ExpectEqual(_time.ActiveTimers, 0, "timers when all is over");
        }

        public void Dispose() => Router.Dispose();
    }
}
