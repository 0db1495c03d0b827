using System.Text.Unicode;
using WampRouter.Wire.Json;

namespace WampRouter.Wire;

/// <summary>What <see cref="MessageReader.Read"/> found.</summary>
internal enum Reading : byte
{
    /// <summary>A message, and everything in it is right.</summary>
    Whole,

    /// <summary>
    /// A message of the right shape, one of whose values has content that cannot be passed on (<see cref="WireFaults.IsOfContent"/>). Its ids are there,
    /// and its options as far as they can be read: whoever asked can be answered.
    /// </summary>
    Unfit,

    /// <summary>No message: a protocol violation.</summary>
    Broken,
}

/// <summary>
/// Decodes the bytes of one message, of any type and direction: router and clients read with the same code. Everything is
/// validated, arguments included, because they are passed on unread; nothing is copied. Any bytes may come in: a fault is a text, never an exception.
/// </summary>
/// <remarks>
/// Nothing is not given: null, or undefined, where options, Arguments or ArgumentsKw may stand is taken for their absence. The specification wants a
/// dictionary or a list there, and says nothing of null; clients in the field send it.
/// </remarks>
internal static class MessageReader
{
    /// <summary>Containers open around the elements of a message: its own list.</summary>
    private const int ElementDepth = 1;

    private const string TooManyElements = "the message has too many elements";

    /// <summary>Decodes <paramref name="bytes"/>. Any thread; allocates only for a text with JSON escapes or CBOR chunks, and for a message that is unfit.</summary>
    /// <param name="format">How the bytes are encoded.</param>
    /// <param name="bytes">Exactly one message.</param>
    /// <param name="message">The message, or the part before the fault; borrows <paramref name="bytes"/>.</param>
    /// <param name="fault">What is wrong: fit for <c>ABORT.Details.message</c>.</param>
    /// <param name="isUtf8">Whether JSON is known to be UTF-8, because the transport has looked.</param>
    public static Reading Read(WireFormat format, ReadOnlySpan<byte> bytes, out WampMessage message, out string? fault, bool isUtf8 = false)
    {
        message = new WampMessage { Format = format };
        fault = Decode(format, bytes, isUtf8, ref message, out var isUnfit);
        return fault is null ? Reading.Whole : isUnfit ? Reading.Unfit : Reading.Broken;
    }

    /// <summary>As <see cref="Read"/>, where a message must be right in everything.</summary>
    public static bool TryRead(WireFormat format, ReadOnlySpan<byte> bytes, out WampMessage message, out string? fault) =>
        Read(format, bytes, out message, out fault) is Reading.Whole;

    /// <summary>
    /// Decodes the beginning of a message of which no more was kept: its ids, and its options as far as they are there. False where it cannot be the
    /// beginning of a message, or its ids are not in it. Not checked as UTF-8: nothing of it is to be passed on.
    /// </summary>
    public static bool TryReadHead(WireFormat format, ReadOnlySpan<byte> bytes, out WampMessage message, out string? fault)
    {
        message = new WampMessage { Format = format };
        fault = DecodeHead(format, bytes, ref message);
        return fault is null;
    }

    private static string? Decode(WireFormat format, ReadOnlySpan<byte> bytes, bool isUtf8, ref WampMessage message, out bool isUnfit)
    {
        isUnfit = false;
        if (format is WireFormat.Json && !isUtf8 && !Utf8.IsValid(bytes))
        {
            return WireFaults.Explain(WireFaults.NotUtf8);
        }

        var reader = new TokenReader(format, bytes);
        var fault = ReadStart(ref reader, out var items, ref message, out var shape) ?? ReadElements(ref reader, ref items, shape, ref message) ?? ReadEnd(ref reader);
        if (fault is null && reader.ContentFault is not null)
        {
            isUnfit = true;
            return reader.ContentFault;
        }

        return fault;
    }

    private static string? DecodeHead(WireFormat format, ReadOnlySpan<byte> bytes, ref WampMessage message)
    {
        var reader = new TokenReader(format, bytes);
        var fault = ReadStart(ref reader, out var items, ref message, out var shape);
        for (var elements = shape.Elements; fault is null && elements != 0; elements >>= 8)
        {
            var element = (MessageElement)(byte)elements;
            fault = reader.TryMoveNext(ref items) ? ReadElement(ref reader, element, ref message) : reader.Fault;
            if ((reader.Fault is not null || reader.Remaining == 0) && element is MessageElement.Options or MessageElement.Text)
            {
                return null;    // cut: in the middle of a literal or an escape, that looks like any other fault
            }
        }

        return fault;
    }

    private static string? ReadStart(scoped ref TokenReader reader, out Items items, ref WampMessage message, out MessageShape shape)
    {
        shape = default;
        if (!reader.TryEnterList(out items))
        {
            return reader.Fault ?? "a message is a list";
        }

        if (!reader.TryMoveNext(ref items) || !reader.TryReadInteger(out var wireCode))
        {
            return reader.Fault ?? "a message begins with its type, an integer";
        }

        return MessageShape.TryGet(wireCode, out message.Code, out shape) ? null : FormattableString.Invariant($"message type {wireCode} is unknown");
    }

    private static string? ReadElements(scoped ref TokenReader reader, ref Items items, MessageShape shape, ref WampMessage message)
    {
        for (var elements = shape.Elements; elements != 0; elements >>= 8)
        {
            var element = (MessageElement)(byte)elements;
            if (!reader.TryMoveNext(ref items))
            {
                return reader.Fault ?? (element is MessageElement.OptionalOptions ? null : "the message has too few elements");
            }

            var fault = ReadElement(ref reader, element, ref message);
            if (fault is not null)
            {
                return fault;
            }
        }

        if (shape.HasPayload)
        {
            return ReadPayload(ref reader, ref items, ref message);
        }

        return reader.TryMoveNext(ref items) ? TooManyElements : reader.Fault;
    }

    private static string? ReadElement(scoped ref TokenReader reader, MessageElement element, ref WampMessage message)
    {
        switch (element)
        {
            case MessageElement.Text:
                return TryReadText(ref reader, out message.Text) ? null : reader.Fault ?? "a URI, realm, method or signature is not a text";
            case MessageElement.Options:
            case MessageElement.OptionalOptions:
                return TryReadDictionary(ref reader, out message.Options) ? null : reader.Fault ?? "options or details are not a dictionary";
            case MessageElement.Request:
                return TryReadId(ref reader, 1, out message.Request) ? null : reader.Fault ?? "the request id is not an integer from 1 to 2^53";
            case MessageElement.RequestOrZero:
                return TryReadId(ref reader, 0, out message.Request) ? null : reader.Fault ?? "the request id is not an integer from 0 to 2^53";
            case MessageElement.Session:
                return TryReadId(ref reader, 1, out message.Session) ? null : reader.Fault ?? "the session id is not an integer from 1 to 2^53";
            case MessageElement.Subscription:
                return TryReadId(ref reader, 1, out message.Subscription) ? null : reader.Fault ?? "the subscription id is not an integer from 1 to 2^53";
            case MessageElement.Publication:
                return TryReadId(ref reader, 1, out message.Publication) ? null : reader.Fault ?? "the publication id is not an integer from 1 to 2^53";
            case MessageElement.Registration:
                return TryReadId(ref reader, 1, out message.Registration) ? null : reader.Fault ?? "the registration id is not an integer from 1 to 2^53";
            default:
                return TryReadRequestType(ref reader, out message.RequestType) ? null : reader.Fault ?? "the request type of an ERROR is not a message type";
        }
    }

    private static bool TryReadId(scoped ref TokenReader reader, long least, out ulong id)
    {
        var isInteger = reader.TryReadInteger(out var value);
        id = (ulong)value;
        return isInteger && value >= least && id <= WireLimits.MaxId;
    }

    private static bool TryReadRequestType(scoped ref TokenReader reader, out MessageCode code)
    {
        code = MessageCode.None;
        return reader.TryReadInteger(out var wireCode) && MessageShape.TryGet(wireCode, out code, out _);
    }

    private static bool TryReadText(scoped ref TokenReader reader, out ReadOnlySpan<byte> text)
    {
        var start = reader.Position;
        var isText = reader.TryReadText(out var encoded);
        text = isText ? encoded.ToContent() : default;
        return isText || reader.TryPassContent(start);
    }

    /// <summary>Reads a dictionary, or the lack of one. Where its end is missing, <paramref name="encoded"/> is what there is of it.</summary>
    private static bool TryReadDictionary(scoped ref TokenReader reader, out ReadOnlySpan<byte> encoded)
    {
        encoded = default;
        var kind = reader.PeekKind();
        if (kind is not (WireKind.Dictionary or WireKind.Null or WireKind.Absent))
        {
            return false;
        }

        var start = reader.Position;
        if (!reader.TrySkip(ElementDepth, textKeys: true) && !reader.TryPassContent(start))
        {
            encoded = reader.Bytes[start..];
            return false;
        }

        encoded = kind is WireKind.Dictionary ? reader.Bytes[start..reader.Position] : default;
        return true;
    }

    /// <summary>Arguments and ArgumentsKw, both optional, or the one opaque element of an end-to-end encrypted message.</summary>
    private static string? ReadPayload(scoped ref TokenReader reader, ref Items items, ref WampMessage message)
    {
        message.Payload = new Payload(reader.Format, default, 0);
        if (!reader.TryMoveNext(ref items))
        {
            return reader.Fault;
        }

        var kind = reader.PeekKind();
        var lacksList = kind is WireKind.Null or WireKind.Absent;
        if (kind is not WireKind.List && !lacksList && !IsOpaque(reader.Format, kind, message.Options))
        {
            return "Arguments is not a list";
        }

        var start = reader.Position;
        if (!TryPass(ref reader))
        {
            return reader.Fault;
        }

        var (count, end) = (lacksList ? 0 : 1, reader.Position);
        if (reader.TryMoveNext(ref items))
        {
            var keywords = reader.PeekKind();
            if (keywords is WireKind.Dictionary && (kind is WireKind.List || lacksList))
            {
                start = lacksList ? reader.Position : start;
                count = 2;
            }
            else if (keywords is not (WireKind.Null or WireKind.Absent))
            {
                return kind is WireKind.List || lacksList ? "ArgumentsKw is not a dictionary" : TooManyElements;
            }

            if (!TryPass(ref reader))
            {
                return reader.Fault;
            }

            end = count == 2 ? reader.Position : end;
            if (reader.TryMoveNext(ref items))
            {
                return TooManyElements;
            }
        }

        message.Payload = new Payload(reader.Format, count == 0 ? default : reader.Bytes[start..end], count, lacksList && count == 2);
        return reader.Fault;
    }

    private static bool TryPass(scoped ref TokenReader reader)
    {
        var start = reader.Position;
        return reader.TrySkip(ElementDepth) || reader.TryPassContent(start);
    }

    /// <summary>Payload transparency as Autobahn speaks it: with <c>enc_algo</c> in the options, one string stands where Arguments would.</summary>
    private static bool IsOpaque(WireFormat format, WireKind kind, ReadOnlySpan<byte> options) =>
        kind is WireKind.Binary or WireKind.Text && new DictionaryReader(format, options).TryFind("enc_algo"u8, out _);

    private static string? ReadEnd(scoped ref TokenReader reader)
    {
        if (reader.Format is WireFormat.Json)
        {
            JsonTokenReader.SkipWhitespace(ref reader);
        }

        return reader.Remaining == 0 ? null : "bytes follow the message";
    }
}
