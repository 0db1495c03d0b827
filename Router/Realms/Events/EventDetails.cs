using WampRouter.Realms.Messages;
using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>EVENT.Details: what subscribers learn about a publication beside its arguments.</summary>
internal static class EventDetails
{
    private static readonly WireEncoding Stored = new(WireFormat.MessagePack, Framing.RawSocket);

    /// <summary>Writes the details of a publication; with <paramref name="topic"/> only for pattern subscriptions, else null.</summary>
    public static void Write(MessageWriter writer, in Publication publication, byte[]? topic)
    {
        var publisher = publication.Disclosed;
        var entries = (topic is null ? 0 : 1) + (publisher is null ? 0 : Disclosure.Entries) + (publication.Origin.TrustLevel is null ? 0 : 1) + publication.Passthru.Count;
        writer.BeginDictionary(entries);
        WriteTopic(writer, topic);
        if (publisher is not null)
        {
            Disclosure.WritePublisher(writer, publisher);
        }

        if (publication.Origin.TrustLevel is { } trustLevel)
        {
            writer.WriteKey("trustlevel"u8);
            writer.WriteInteger(trustLevel);
        }

        publication.Passthru.WriteTo(writer);
        writer.EndDictionary();
    }

    /// <summary>The details of a publication for <see cref="StoredEvent.Details"/>. Uses the thread's writer.</summary>
    public static byte[] Encode(in Publication publication)
    {
        var writer = MessageWriter.ForThread(Stored);
        writer.Begin(MessageCode.Event, elements: 2);
        var start = writer.Output.Length;
        Write(writer, publication, topic: null);
        return writer.Output.Written[start..].ToArray();
    }

    /// <summary>Writes the details of an event that was stored.</summary>
    /// <param name="writer">The message under way.</param>
    /// <param name="stored">The event.</param>
    /// <param name="withTopic">Whether to include the topic.</param>
    /// <param name="retained">Whether to say that the event is a retained one.</param>
    public static void Write(MessageWriter writer, StoredEvent stored, bool withTopic, bool retained)
    {
        var count = 0;
        var entries = new DictionaryReader(WireFormat.MessagePack, stored.Details);
        while (entries.TryReadNext(out _, out _))
        {
            count++;
        }

        writer.BeginDictionary(count + (withTopic ? 1 : 0) + (retained ? 1 : 0));
        WriteTopic(writer, withTopic ? stored.Topic : null);
        entries = new DictionaryReader(WireFormat.MessagePack, stored.Details);
        while (entries.TryReadNext(out var key, out var value))
        {
            writer.WriteKey(key);
            writer.WriteValue(value);
        }

        if (retained)
        {
            writer.WriteKey("retained"u8);
            writer.WriteBoolean(true);
        }

        writer.EndDictionary();
    }

    private static void WriteTopic(MessageWriter writer, byte[]? topic)
    {
        if (topic is not null)
        {
            writer.WriteKey("topic"u8);
            writer.WriteText(topic);
        }
    }
}
