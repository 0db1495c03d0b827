using WampRouter.Realms.Events;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// The EVENT of one publication to one subscription, encoded at most once for each encoding, when the first subscriber with that encoding
/// needs it. The frames are in the thread's message writers: nothing else may be encoded until the fan-out is done.
/// </summary>
internal ref struct EventFrames(Subscription subscription)
{
    private int _encoded;       // one bit for each encoding
    private int _impossible;

    /// <summary>The frame for subscribers with one encoding; false if that encoding cannot express the payload.</summary>
    public bool TryGet(WireEncoding encoding, scoped in Publication publication, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(encoding);
        var bit = 1 << encoding.Index;
        if ((_encoded & bit) == 0)
        {
            _encoded |= bit;
            if (!TryEncode(writer, publication))
            {
                _impossible |= bit;
            }
        }

        frame = (_impossible & bit) == 0 ? writer.Frame : default;
        return (_impossible & bit) == 0;
    }

    private readonly bool TryEncode(MessageWriter writer, scoped in Publication publication)
    {
        writer.Begin(MessageCode.Event, 4 + publication.Payload.Count);
        writer.WriteId(subscription.Id);
        writer.WriteId(publication.Id);
        EventDetails.Write(writer, publication, subscription.Match == MatchPolicy.Exact ? null : publication.Topic.Utf8);
        return writer.TryWritePayload(publication.Payload, out _) && writer.TryEnd(out _);
    }
}
