using System.Diagnostics.Metrics;
using WampRouter.Delivery;
using WampRouter.Measures;
using WampRouter.Wire;

namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// The WAMP messages of all connections of one transport and serializer, by type and direction. A connection has no counters of its own for that: each thread counts for all of them. Any thread.
/// </summary>
/// <param name="transport">The transport's name.</param>
/// <param name="format">The serializer.</param>
internal sealed class MessageTraffic(string transport, WireFormat format)
{
    /// <summary>In the order of their cells; <see cref="MessageCode.None"/> is for what could not be read.</summary>
    private static readonly MessageCode[] Codes = Enum.GetValues<MessageCode>();

    private static readonly string[] Types = [.. Codes.Select(static code => code == MessageCode.None ? "unreadable" : code.Name())];

    private static readonly byte[] PlaceOf = [.. Enumerable.Range(0, (int)Codes[^1] + 1).Select(static code => (byte)Math.Max(0, Array.IndexOf(Codes, (MessageCode)code)))];

    private readonly ThreadCounters _counters = new(4 * Codes.Length);      // by type: received messages and their bytes, sent messages and their bytes
    private readonly string _serializer = format switch { WireFormat.Json => "json", WireFormat.MessagePack => "msgpack", _ => "cbor" };
    private long _connections;

    /// <summary>How many connections are open.</summary>
    public IEnumerable<Measurement<long>> Connections => [new(Volatile.Read(ref _connections), new("transport", transport), new("serializer", _serializer))];

    /// <summary>How many messages there were, of each type of which there was one.</summary>
    public IEnumerable<Measurement<long>> Messages => Look(first: 0);

    /// <summary>Their bytes: of received ones without framing, of sent ones with it.</summary>
    public IEnumerable<Measurement<long>> Bytes => Look(first: 1);

    /// <summary>A connection has begun.</summary>
    public void Opened() => Interlocked.Increment(ref _connections);

    /// <summary>It has ended.</summary>
    public void Ended() => Interlocked.Decrement(ref _connections);

    /// <summary>A message has come.</summary>
    /// <param name="code">Its type.</param>
    /// <param name="bytes">Its bytes, without framing.</param>
    /// <param name="batch">The running thread's: it has the thread's counters at hand.</param>
    public void Received(MessageCode code, long bytes, FlushBatch batch)
    {
        var mine = batch.Mine(_counters);
        var cell = 4 * Place(code);
        mine[cell]++;
        mine[cell + 1] += bytes;
    }

    /// <summary>An outbox has accepted a message.</summary>
    /// <param name="code">Its type.</param>
    /// <param name="bytes">Its bytes, with framing.</param>
    /// <param name="batch">The running thread's: it has the thread's counters at hand.</param>
    public void Sent(MessageCode code, long bytes, FlushBatch batch)
    {
        var mine = batch.Mine(_counters);
        var cell = (4 * Place(code)) + 2;
        mine[cell]++;
        mine[cell + 1] += bytes;
    }

    private static int Place(MessageCode code) => (uint)code < (uint)PlaceOf.Length ? PlaceOf[(int)code] : 0;

    private IEnumerable<Measurement<long>> Look(int first)
    {
        for (var place = 0; place < Codes.Length; place++)
        {
            foreach (var (direction, cell) in ((string, int)[])[("received", 4 * place), ("sent", (4 * place) + 2)])
            {
                if (_counters.Sum(cell) > 0)
                {
                    yield return new(_counters.Sum(cell + first), new("type", Types[place]), new("direction", direction), new("transport", transport), new("serializer", _serializer));
                }
            }
        }
    }
}
