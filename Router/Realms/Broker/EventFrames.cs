using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// The EVENT of one publication to one subscription, encoded once for each encoding that some subscriber speaks, the moment the first such
/// subscriber comes up. Lives in the thread's message writers: nothing else may be encoded until the fan-out is done.
/// </summary>
internal ref struct EventFrames(ulong subscription, ulong publication, MemberIdentity? publisher, Payload payload)
{
    private readonly Payload _payload = payload;
    private int _encoded;       // a bit for each encoding
    private int _impossible;

    /// <summary>The frame for subscribers of one encoding; false if the payload cannot be expressed in it.</summary>
    public bool TryGet(WireEncoding encoding, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(encoding);
        var bit = 1 << encoding.Index;
        if ((_encoded & bit) == 0)
        {
            _encoded |= bit;
            if (!TryEncode(writer))
            {
                _impossible |= bit;
            }
        }

        frame = (_impossible & bit) == 0 ? writer.Frame : default;
        return (_impossible & bit) == 0;
    }

    private readonly bool TryEncode(MessageWriter writer)
    {
        writer.Begin(MessageCode.Event, 4 + _payload.Count);
        writer.WriteId(subscription);
        writer.WriteId(publication);
        if (publisher is null)
        {
            writer.WriteEmptyDictionary();
        }
        else
        {
            writer.BeginDictionary(3);
            writer.WriteKey("publisher"u8);
            writer.WriteId(publisher.Session);
            writer.WriteKey("publisher_authid"u8);
            writer.WriteText(publisher.AuthId);
            writer.WriteKey("publisher_authrole"u8);
            writer.WriteText(publisher.AuthRole);
            writer.EndDictionary();
        }

        if (!writer.TryWritePayload(_payload, out _))
        {
            return false;
        }

        writer.End();
        return true;
    }
}
