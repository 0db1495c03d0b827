using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>A message on its way out. Written under the outbox's lock, so it touches no user code.</summary>
internal interface IOutbound
{
    /// <summary>Whether it begins an exchange and so takes the next request id.</summary>
    static abstract bool TakesRequestId { get; }

    /// <summary>What the router must have announced to understand it.</summary>
    RouterFeatures Needs => RouterFeatures.None;

    /// <summary>What it is, to begin the text of an exception with.</summary>
    string Description => GetType().Name;

    /// <summary>Writes the whole message.</summary>
    /// <param name="writer">Where to write; begun and ended here.</param>
    /// <param name="request">The request id the message has got; not for messages that answer one.</param>
    void Write(MessageWriter writer, ulong request);
}

/// <summary>What most messages look like: type, id, options, at most one URI, arguments.</summary>
internal static class CommonShape
{
    /// <summary>Writes a whole message.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="code">The message's type.</param>
    /// <param name="id">The request it makes, continues or answers.</param>
    /// <param name="message">Knows its options.</param>
    /// <param name="uri">What it is about; null for messages that do not name it.</param>
    /// <param name="payload">Its arguments.</param>
    public static void Write<TMessage>(MessageWriter writer, MessageCode code, ulong id, in TMessage message, string? uri, EncodedPayload payload)
        where TMessage : struct, IOptions
    {
        writer.Begin(code, (uri is null ? 3 : 4) + payload.Count);
        writer.WriteId(id);
        OptionWriter.Write(writer, message);
        if (uri is not null)
        {
            writer.WriteText(uri);
        }

        payload.WriteTo(writer);
        writer.End();
    }
}

/// <summary>UNSUBSCRIBE and UNREGISTER.</summary>
internal readonly struct EndMessage(MessageCode code, ulong id) : IOutbound
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(code, 3);
        writer.WriteId(request);
        writer.WriteId(id);
        writer.End();
    }
}

/// <summary>GOODBYE and ABORT.</summary>
internal readonly struct FarewellMessage(MessageCode code, string reason, string? text = null) : IOutbound
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(code, 3);
        writer.BeginDictionary(text is null ? 0 : 1);
        if (text is not null)
        {
            writer.WriteKey("message"u8);
            writer.WriteText(text);
        }

        writer.EndDictionary();
        writer.WriteText(reason);
        writer.End();
    }
}
