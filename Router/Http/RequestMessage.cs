using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>
/// A request of a session to the router: PUBLISH, CALL or SUBSCRIBE, in JSON, with the values as the client has written them. Immutable; any thread.
/// </summary>
/// <param name="code">Its type.</param>
/// <param name="options">Its Options, encoded; empty: none.</param>
/// <param name="uri">Its topic or procedure, encoded.</param>
/// <param name="args">Its Arguments, encoded; empty: none.</param>
/// <param name="kwargs">Its ArgumentsKw, encoded; empty: none.</param>
internal sealed class RequestMessage(MessageCode code, ReadOnlyMemory<byte> options, ReadOnlyMemory<byte> uri, ReadOnlyMemory<byte> args = default, ReadOnlyMemory<byte> kwargs = default)
{
    /// <summary>How all sessions of HTTP visitors speak with the router.</summary>
    public static readonly WireEncoding Encoding = new(WireFormat.Json, Framing.RawSocket);

    /// <summary>Type, request id, options, and topic or procedure.</summary>
    private const int Elements = 4;

    /// <summary>Its type.</summary>
    public MessageCode Code => code;

    /// <summary>
    /// Says what the router would find wrong with it, before it is sent: a message that cannot be understood ends its session, and other requests use the session too.
    /// </summary>
    /// <returns>Null: nothing.</returns>
    public string? FindFault()
    {
        if (!TryWrite(WireLimits.MaxId, out _))
        {
            return "the message is longer than a transport carries";
        }

        return MessageReader.TryRead(WireFormat.Json, MessageWriter.ForThread(Encoding).Body, out var message, out var fault) && OptionRules.TryCheck(WireFormat.Json, message, out fault) ? null : fault;
    }

    /// <summary>Encodes it.</summary>
    /// <param name="request">Its request id.</param>
    /// <param name="frame">The message with its header; valid until the same thread encodes again.</param>
    /// <returns>False where it is longer than its framing can say.</returns>
    public bool TryWrite(ulong request, out ReadOnlySpan<byte> frame)
    {
        var writer = MessageWriter.ForThread(Encoding);
        var (hasArgs, hasKwargs) = (!args.IsEmpty || !kwargs.IsEmpty, !kwargs.IsEmpty);
        writer.Begin(code, Elements + (hasArgs ? 1 : 0) + (hasKwargs ? 1 : 0));
        writer.WriteId(request);
        Write(writer, options.IsEmpty ? "{}"u8 : options.Span);
        Write(writer, uri.Span);
        if (hasArgs)
        {
            Write(writer, args.IsEmpty ? "[]"u8 : args.Span);
        }

        if (hasKwargs)
        {
            Write(writer, kwargs.Span);
        }

        return writer.TryEnd(out frame);
    }

    private static void Write(MessageWriter writer, ReadOnlySpan<byte> encoded) => writer.WriteValue(new WireValue(WireFormat.Json, encoded));
}
