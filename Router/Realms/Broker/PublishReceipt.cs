using WampRouter.Delivery;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// The answer to an acknowledged PUBLISH to topics with histories. It is sent when the broker is done and the event is safe in every history: usually on
/// a store's thread, when the publisher may have left.
/// </summary>
internal sealed class PublishReceipt(Member publisher, ulong request, ulong publication) : IAppendReceipt
{
    private int _expected = 1;      // the broker's own part
    private int _failed;

    /// <inheritdoc />
    public void Expect() => Interlocked.Increment(ref _expected);

    /// <inheritdoc />
    public void Complete(bool isStored, FlushBatch batch)
    {
        if (!isStored)
        {
            Volatile.Write(ref _failed, 1);
        }

        if (Interlocked.Decrement(ref _expected) > 0)
        {
            return;
        }

        if (Volatile.Read(ref _failed) == 0)
        {
            publisher.Peer.Acknowledge(MessageCode.Published, request, publication, batch, gate: publisher);
        }
        else
        {
            publisher.Peer.Refuse(MessageCode.Publish, request, Refusal.NotStored, batch, gate: publisher);
        }
    }
}
