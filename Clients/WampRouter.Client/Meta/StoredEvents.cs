using System.Globalization;
using WampRouter.Wire;

namespace WampRouter.Client.Meta;

/// <summary>Reads the result of <c>wamp.subscription.get_events</c>: a list of <c>{timestamp, subscription, publication, details, args?, kwargs?}</c>.</summary>
internal static class StoredEvents
{
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: it is something else.</exception>
    public static IReadOnlyList<WampStoredEvent> Read(WampArguments result, string topic)
    {
        var stored = new List<WampStoredEvent>();
        if (!new ListReader(result.Format, result.Tail.Span).TryReadNext(out var events) || events.Kind != WireKind.List)
        {
            throw Unreadable("it is no list");
        }

        for (var list = events.AsList(); list.TryReadNext(out var item);)
        {
            stored.Add(ReadOne(item, topic, result.Serializer));
        }

        return stored;
    }

    private static WampStoredEvent ReadOne(in WireValue item, string topic, IWampPayloadSerializer serializer)
    {
        DateTimeOffset? time = null;
        long? publication = null;
        WireValue details = default, arguments = default, named = default;
        var entries = item.AsDictionary();
        while (entries.TryReadNext(out var key, out var value))
        {
            switch (key)
            {
                case var _ when key.SequenceEqual("timestamp"u8):
                    time = TimeOf(value);
                    break;
                case var _ when key.SequenceEqual("publication"u8):
                    publication = value.TryGetInteger(out var id) ? id : null;
                    break;
                case var _ when key.SequenceEqual("details"u8):
                    details = value;
                    break;
                case var _ when key.SequenceEqual("args"u8):
                    arguments = value;
                    break;
                case var _ when key.SequenceEqual("kwargs"u8):
                    named = value;
                    break;
            }
        }

        return new WampStoredEvent(
            time ?? throw Unreadable("an event has no timestamp"),
            new WampEvent(
                topic,
                publication ?? throw Unreadable("an event has no publication"),
                new WampDetails(item.Format, details.Raw, serializer),
                ArgumentsOf(item.Format, details.Raw, arguments.Raw, named.Raw, serializer)));
    }

    private static DateTimeOffset? TimeOf(in WireValue value) =>
        value.TryGetText(out var text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static WampArguments ArgumentsOf(
        WireFormat format, ReadOnlySpan<byte> details, ReadOnlySpan<byte> arguments, ReadOnlySpan<byte> named, IWampPayloadSerializer serializer)
    {
        var elements = !named.IsEmpty ? 2 : !arguments.IsEmpty ? 1 : 0;
        var writer = new TokenWriter(format);
        if (elements > 0 && arguments.IsEmpty)
        {
            writer.BeginList(0);
            writer.EndList();
        }
        else if (elements > 0)
        {
            writer.Separate();
            writer.Output.Write(arguments);
        }

        if (elements == 2)
        {
            writer.Separate();
            writer.Output.Write(named);
        }

        return new WampArguments(new Payload(format, writer.Output.Written, elements), serializer, passthru: WampPassthru.Read(format, details));
    }

    private static WampException Unreadable(string why) => new(WampErrorUri.InvalidArgument, $"The router's event history cannot be read: {why}.");
}
