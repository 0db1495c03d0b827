using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Registers one procedure and answers each invocation at once with its own payload.</summary>
internal sealed class Callee(int procedure, CallTraffic traffic) : Actor
{
    public override void Joined(Session session) =>
        session.Send(session.Dialect.Register(session.Scratch, request: 1, procedure));

    public override void Received(Session session, in Incoming message, long now)
    {
        switch (message.Kind)
        {
            case IncomingKind.Invocation:
                session.Send(session.Dialect.Answer(session.Scratch, message));
                break;
            case IncomingKind.Acknowledged:
                traffic.ReadyCallees++;
                break;
            default:
                session.Fail($"a callee received {message.Kind}");
                break;
        }
    }
}
