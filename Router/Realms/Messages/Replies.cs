using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Messages;

/// <summary>The short replies of broker and dealer. Each is encoded for one peer and enqueued with <see cref="IPeer.Send"/>.</summary>
internal static class Replies
{
    private const int ErrorElements = 5;

    /// <summary><c>[PUBLISHED | SUBSCRIBED | REGISTERED, Request, Id]</c></summary>
    public static void Acknowledge(this IPeer peer, MessageCode code, ulong request, ulong id, FlushBatch batch, IDeliveryGate? gate = null)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(code, elements: 3);
        writer.WriteId(request);
        writer.WriteId(id);
        peer.Send(writer.End(), batch, gate);
    }

    /// <summary><c>[UNSUBSCRIBED | UNREGISTERED, Request]</c></summary>
    public static void Acknowledge(this IPeer peer, MessageCode code, ulong request, FlushBatch batch)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(code, elements: 2);
        writer.WriteId(request);
        peer.Send(writer.End(), batch);
    }

    /// <summary><c>[ERROR, REQUEST.Type, REQUEST.Request, {}, Error, [message]]</c>: an error of the router itself, with a text for people.</summary>
    public static void Refuse(this IPeer peer, MessageCode requestType, ulong request, in Refusal refusal, FlushBatch batch, IDeliveryGate? gate = null)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Error, ErrorElements + 1);
        writer.WriteInteger((int)requestType);
        writer.WriteId(request);
        writer.WriteEmptyDictionary();
        writer.WriteText(refusal.Error);
        writer.BeginList(1);
        writer.WriteText(refusal.Message);
        writer.EndList();
        peer.Send(writer.End(), batch, gate);
    }
}
