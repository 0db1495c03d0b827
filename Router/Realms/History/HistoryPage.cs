using WampRouter.Realms.Events;
using WampRouter.Realms.Peers;
using WampRouter.Wire;
using WampRouter.Wire.Json;

namespace WampRouter.Realms.History;

/// <summary>
/// One result of <c>wamp.subscription.get_events</c>, written as its events are found: a list of <c>{timestamp, subscription, publication, details, args?, kwargs?}</c>. Bounded in
/// size, except that the first event always has room, so that a client that reads page by page makes progress.
/// </summary>
/// <param name="reader">Says how to encode it, and how much its transport carries.</param>
/// <param name="subscription">The subscription of the history.</param>
/// <param name="maxBytes">The largest size of the list, encoded.</param>
internal sealed class HistoryPage(IPeer reader, ulong subscription, int maxBytes) : IHistoryPage
{
    /// <summary>The most bytes that RESULT has besides the list.</summary>
    private const int OverheadBytes = 64;

    private readonly long _mostBytes = Math.Min(reader.Encoding.Framing is Framing.RawSocket ? RawSocketPrefix.MaxLength : int.MaxValue, reader.MaxMessageBytes) - OverheadBytes;
    private readonly MessageWriter _writer = new(reader.Encoding);
    private int _start = -1;        // where the events begin in the writer; -1: none was written

    /// <inheritdoc />
    public int Count { get; private set; }

    private int Length => _start < 0 ? 0 : _writer.Output.Length - _start;

    /// <inheritdoc />
    public bool HasRoomFor(long bytes) => Count == 0 || Length + bytes <= Most;

    /// <inheritdoc />
    /// <remarks>Skips an event that the reader's format cannot express, or that is too large for the framing even alone.</remarks>
    public bool TryTake(StoredEvent stored)
    {
        Begin();
        var before = _writer.Place;
        if (!TryWrite(stored) || (Count == 0 && !IsCarried))
        {
            _writer.GoBack(before);
            return true;
        }

        if (Count > 0 && Length > Most)
        {
            _writer.GoBack(before);     // in the reader's format it is larger than it was stored
            return false;
        }

        Count++;
        return true;
    }

    /// <summary>Writes the list into a RESULT.</summary>
    public void WriteTo(MessageWriter result)
    {
        result.BeginList(Count);
        if (Count > 0)
        {
            result.Output.Write(_writer.Output.Written[_start..]);
        }

        result.EndList();
    }

    private bool IsCarried => Length < _mostBytes;

    private long Most => Math.Min(maxBytes, _mostBytes);

    private void Begin()
    {
        if (_start < 0)
        {
            _writer.Begin(MessageCode.Result, elements: 2);
            _writer.BeginList(0);       // the real head is written when the number of events is known
            _start = _writer.Output.Length;
        }
    }

    private bool TryWrite(StoredEvent stored)
    {
        _writer.BeginDictionary(4 + stored.Elements);
        _writer.WriteKey("timestamp"u8);
        _writer.WriteText(EventHistoryQuery.Format(stored.Time));
        _writer.WriteKey("subscription"u8);
        _writer.WriteId(subscription);
        _writer.WriteKey("publication"u8);
        _writer.WriteId(stored.Publication);
        _writer.WriteKey("details"u8);
        EventDetails.Write(_writer, stored, withTopic: true, retained: false);
        var arguments = new TokenReader(stored.Format, stored.Arguments);
        for (var element = 0; element < stored.Elements; element++)
        {
            if (element > 0 && stored.Format is WireFormat.Json)
            {
                JsonTokenReader.TrySkipComma(ref arguments);
            }

            WireValue.TryRead(ref arguments, out var value);
            _writer.WriteKey(element == 0 ? "args"u8 : "kwargs"u8);
            if (!_writer.TryWriteValue(value, out _))
            {
                return false;
            }
        }

        _writer.EndDictionary();
        return true;
    }
}
