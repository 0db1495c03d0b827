using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>Arguments that the router itself makes: encoded once, in MessagePack, and then transcoded for each encoding of a subscriber, like all others.</summary>
internal static class RouterArguments
{
    // Not the thread's usual writer: that one encodes the EVENTs while these bytes are read.
    [ThreadStatic]
    private static MessageWriter? _ofThread;

    /// <summary>Encodes one list of arguments; valid until the thread encodes the next.</summary>
    public static Payload Encode<TState>(TState state, Action<MessageWriter, TState> writeArguments)
    {
        var writer = _ofThread ??= new MessageWriter(new WireEncoding(WireFormat.MessagePack, Framing.RawSocket));
        writer.Begin(MessageCode.Event, elements: 2);
        var start = writer.Output.Length;
        writeArguments(writer, state);
        return new Payload(WireFormat.MessagePack, writer.Output.Written[start..], count: 1);
    }
}
