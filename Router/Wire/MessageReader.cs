using System.Text.Unicode;
using WampRouter.Wire.Json;

namespace WampRouter.Wire;

/// <summary>
/// Decodes the bytes of one message, of any type and direction: router and clients read with the same code. Everything is
/// validated, arguments included, because they are passed on unread; nothing is copied. Any bytes may come in: a fault is a text, never an exception.
/// </summary>
internal static class MessageReader
{
    /// <summary>Containers open around the elements of a message: its own list.</summary>
    private const int ElementDepth = 1;

    private const string TooManyElements = "the message has too many elements";

    /// <summary>Decodes <paramref name="bytes"/>. Any thread; allocates only for a text with JSON escapes or CBOR chunks.</summary>
    /// <param name="format">How the bytes are encoded.</param>
    /// <param name="bytes">Exactly one message.</param>
    /// <param name="message">The message, or the part before the fault; borrows <paramref name="bytes"/>.</param>
    /// <param name="fault">What is wrong: fit for <c>ABORT.Details.message</c>.</param>
    public static bool TryRead(WireFormat format, ReadOnlySpan<byte> bytes, out WampMessage message, out string? fault)
    {
        message = new WampMessage { Format = format };
        fault = Read(format, bytes, ref message);
        return fault is null;
    }

    private static string? Read(WireFormat format, ReadOnlySpan<byte> bytes, ref WampMessage message)
    {
        if (format is WireFormat.Json && !Utf8.IsValid(bytes))
        {
            return WireFaults.Explain(WireFaults.NotUtf8);
        }

        var reader = new TokenReader(format, bytes);
        if (!reader.TryEnterList(out var items))
        {
            return reader.Fault ?? "a message is a list";
        }

        if (!reader.TryMoveNext(ref items) || !reader.TryReadInteger(out var wireCode))
        {
            return reader.Fault ?? "a message begins with its type, an integer";
        }

        if (!MessageShape.TryGet(wireCode, out message.Code, out var shape))
        {
            return FormattableString.Invariant($"message type {wireCode} is unknown");
        }

        return ReadElements(ref reader, ref items, shape, ref message) ?? ReadEnd(ref reader);
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
        var isText = reader.TryReadText(out var encoded);
        text = isText ? encoded.ToContent() : default;
        return isText;
    }

    private static bool TryReadDictionary(scoped ref TokenReader reader, out ReadOnlySpan<byte> encoded)
    {
        encoded = default;
        if (reader.PeekKind() is not WireKind.Dictionary)
        {
            return false;
        }

        var start = reader.Position;
        var isValid = reader.TrySkip(ElementDepth, textKeys: true);
        encoded = reader.Bytes[start..reader.Position];
        return isValid;
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
        if (kind is not WireKind.List && !IsOpaque(reader.Format, kind, message.Options))
        {
            return "Arguments is not a list";
        }

        var start = reader.Position;
        if (!reader.TrySkip(ElementDepth))
        {
            return reader.Fault;
        }

        var (count, end) = (1, reader.Position);
        var hasMore = reader.TryMoveNext(ref items);
        if (hasMore && kind is WireKind.List)
        {
            if (reader.PeekKind() is not WireKind.Dictionary)
            {
                return "ArgumentsKw is not a dictionary";
            }

            if (!reader.TrySkip(ElementDepth))
            {
                return reader.Fault;
            }

            (count, end) = (2, reader.Position);
            hasMore = reader.TryMoveNext(ref items);
        }

        message.Payload = new Payload(reader.Format, reader.Bytes[start..end], count);
        return hasMore ? TooManyElements : reader.Fault;
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
