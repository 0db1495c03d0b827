using WampRouter.Benchmarks.Dialects;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>What a session does: caller, callee, publisher, subscriber. Runs on the event loop's thread and must not allocate per message.</summary>
internal abstract class Actor
{
    /// <summary>The session is established.</summary>
    public abstract void Joined(Session session);

    /// <summary>A message came, at <paramref name="now"/> (<see cref="System.Diagnostics.Stopwatch"/> ticks). Never <see cref="IncomingKind.Ignored"/>.</summary>
    public abstract void Received(Session session, in Incoming message, long now);
}
