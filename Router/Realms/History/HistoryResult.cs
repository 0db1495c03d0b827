using WampRouter.Realms.Broker;
using WampRouter.Wire;
using WampRouter.Wire.Json;

namespace WampRouter.Realms.History;

/// <summary>Writes events of a history as <c>wamp.subscription.get_events</c> returns them.</summary>
internal static class HistoryResult
{
    /// <summary>
    /// Writes the one positional result: a list of <c>{timestamp, subscription, publication, details, args?, kwargs?}</c>. Events whose arguments the
    /// writer's format cannot say are left out.
    /// </summary>
    public static void WriteEvents(MessageWriter writer, ulong subscription, IReadOnlyList<StoredEvent> events)
    {
        var expressible = events.Where(stored => IsExpressible(stored, writer.Format)).ToList();
        writer.BeginList(expressible.Count);
        foreach (var stored in expressible)
        {
            Write(writer, subscription, stored);
        }

        writer.EndList();
    }

    private static void Write(MessageWriter writer, ulong subscription, StoredEvent stored)
    {
        writer.BeginDictionary(4 + stored.Elements);
        writer.WriteKey("timestamp"u8);
        writer.WriteText(EventHistoryQuery.Format(stored.Time));
        writer.WriteKey("subscription"u8);
        writer.WriteId(subscription);
        writer.WriteKey("publication"u8);
        writer.WriteId(stored.Publication);
        writer.WriteKey("details"u8);
        EventDetails.Write(writer, stored, withTopic: true, retained: false);
        var arguments = new TokenReader(stored.Format, stored.Arguments);
        for (var element = 0; element < stored.Elements; element++)
        {
            if (element > 0 && stored.Format is WireFormat.Json)
            {
                JsonTokenReader.TrySkipComma(ref arguments);
            }

            WireValue.TryRead(ref arguments, out var value);
            writer.WriteKey(element == 0 ? "args"u8 : "kwargs"u8);
            writer.WriteValue(value);
        }

        writer.EndDictionary();
    }

    private static bool IsExpressible(StoredEvent stored, WireFormat format) =>
        stored.Format == format || PayloadTranscoder.TryTranscode(stored.Format, stored.Arguments, stored.Elements, new TokenWriter(format), out _);
}
