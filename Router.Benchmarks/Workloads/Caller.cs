using System.Diagnostics;
using System.Numerics;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Keeps a fixed number of calls in flight: each result is followed by the next call. Every result is checked against its call.</summary>
internal sealed class Caller : Actor
{
    private readonly int _procedure;
    private readonly int _window;
    private readonly CallTraffic _traffic;
    private readonly byte[] _payload = TestPayload.Create();
    private readonly long[] _sentAt;        // by request number, modulo its length; 0: nothing outstanding there

    private Session? _session;
    private uint _lastRequest;

    /// <param name="procedure">Which procedure to call.</param>
    /// <param name="window">Calls in flight.</param>
    /// <param name="traffic">Shared by all callers of a measurement.</param>
    public Caller(int procedure, int window, CallTraffic traffic)
    {
        (_procedure, _window, _traffic) = (procedure, window, traffic);

        // Results may overtake each other; sixteen windows of room, so that a late one still finds its slot.
        _sentAt = new long[BitOperations.RoundUpToPowerOf2((uint)window * 16)];
    }

    /// <summary>True once the session is established.</summary>
    public bool HasJoined => _session is not null;

    /// <summary>Sends the first calls.</summary>
    public void Start()
    {
        for (var i = 0; i < _window; i++)
        {
            Call(_session!);
        }
    }

    public override void Joined(Session session) => _session = session;

    public override void Received(Session session, in Incoming message, long now)
    {
        var request = message.Request;
        ref var sentAt = ref _sentAt[request & (_sentAt.Length - 1)];
        if (message.Kind != IncomingKind.Result || sentAt == 0 || TestPayload.NumberOf(message.Payload) != request)
        {
            session.Fail($"a caller received {message.Kind} {request}, which answers no call of it");
            return;
        }

        _traffic.Latency.Record(now - sentAt);
        _traffic.Outstanding--;
        sentAt = 0;
        if (!_traffic.IsStopping)
        {
            Call(session);
        }
    }

    private void Call(Session session)
    {
        var request = ++_lastRequest;
        TestPayload.Number(_payload, request);
        session.Send(session.Dialect.Call(session.Scratch, request, _procedure, _payload));
        _sentAt[request & (_sentAt.Length - 1)] = Stopwatch.GetTimestamp();
        _traffic.Outstanding++;
    }
}
