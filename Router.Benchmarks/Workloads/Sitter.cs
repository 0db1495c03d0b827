using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Joins and does nothing else. One object serves any number of sessions.</summary>
internal sealed class Sitter : Actor
{
    /// <summary>Sessions established so far.</summary>
    public int JoinedSessions { get; private set; }

    public override void Joined(Session session) => JoinedSessions++;

    public override void Received(Session session, in Incoming message, long now) =>
        session.Fail($"an idle session received {message.Kind}");
}
