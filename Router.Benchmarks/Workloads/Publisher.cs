using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Publishes as long as the window has room. Does not ask for acknowledgements.</summary>
internal sealed class Publisher(FanOut fanOut) : Actor
{
    private readonly byte[] _payload = TestPayload.Create();
    private Session? _session;

    /// <summary>True once the session is established.</summary>
    public bool HasJoined => _session is not null;

    /// <summary>Fills the window.</summary>
    public void Fill()
    {
        var session = _session!;
        while (fanOut.HasRoom)
        {
            var number = fanOut.Publish();
            TestPayload.Number(_payload, number);
            session.Send(session.Dialect.Publish(session.Scratch, number + 1, _payload));
        }
    }

    public override void Joined(Session session) => _session = session;

    public override void Received(Session session, in Incoming message, long now) =>
        session.Fail($"the publisher received {message.Kind}");
}
