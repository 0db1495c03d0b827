using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>A topic that the router itself publishes to. Who may listen is decided when they subscribe. Any thread, also under the lock of what is reported.</summary>
internal sealed class MetaTopic(Broker.Broker broker, UriEntry topic)
{
    private static readonly WireEncoding Encoding = new(WireFormat.MessagePack, Framing.RawSocket);

    public MetaTopic(Broker.Broker broker, UriTable uris, ReadOnlySpan<byte> uri)
        : this(broker, uris.Pin(uri))
    {
    }

    /// <summary>Tells those who listen; nothing is encoded where nobody does. Uses the thread's writers.</summary>
    /// <param name="subject">What is reported.</param>
    /// <param name="writeArguments">Writes the list of positional arguments.</param>
    /// <param name="causedBy">The session whose doing it is: it is not told. Null: it has left.</param>
    /// <param name="batch">Where the EVENTs are noted.</param>
    public void Publish<T>(T subject, Action<MessageWriter, T> writeArguments, Member? causedBy, FlushBatch batch)
    {
        if (!broker.HasSubscribers(topic))
        {
            return;
        }

        // Encoded once and copied: the EVENTs of each serializer are made with the same thread's writers.
        var writer = MessageWriter.ForThread(Encoding);
        writer.Begin(MessageCode.Event, elements: 2);
        var start = writer.Output.Length;
        writeArguments(writer, subject);
        var arguments = writer.Output.Written[start..].ToArray();
        broker.PublishInternal(new() { Id = WampId.NextGlobal(), Topic = topic, Payload = new Payload(Encoding.Format, arguments, count: 1), Excluded = causedBy }, batch);
    }
}
