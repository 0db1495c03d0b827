using WampRouter.Benchmarks.Dialects;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>Receives events and checks that none is lost, doubled or overtaken.</summary>
internal sealed class Subscriber(FanOut fanOut, Publisher publisher) : Actor
{
    private uint _expected;

    public override void Joined(Session session) =>
        session.Send(session.Dialect.Subscribe(session.Scratch, request: 1));

    public override void Received(Session session, in Incoming message, long now)
    {
        switch (message.Kind)
        {
            case IncomingKind.Event when TestPayload.NumberOf(message.Payload) == _expected:
                if (fanOut.Receive(_expected++, now))
                {
                    publisher.Fill();
                }

                break;
            case IncomingKind.Acknowledged:
                fanOut.ReadySubscribers++;
                break;
            default:
                session.Fail($"a subscriber received {message.Kind} instead of event {_expected}");
                break;
        }
    }
}
