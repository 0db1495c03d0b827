using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// The arguments of a received message, kept as they came and read when asked for: <c>arguments.Get&lt;int&gt;(0)</c>,
/// <c>arguments.Get&lt;string&gt;("currency")</c>. Safe to keep, and to read on any thread.
/// </summary>
public sealed class WampArguments
{
    private readonly byte[] _tail;
    private readonly IWampPayloadSerializer _serializer;
    private readonly ArgumentOrigin _origin;
    private ArgumentIndex? _index;

    internal WampArguments(in Payload payload, IWampPayloadSerializer serializer, ArgumentOrigin origin = default, WampPassthru? passthru = null)
    {
        _origin = origin;
        Passthru = passthru;
        _tail = payload.ToArray();
        Format = payload.Format;
        Elements = payload.Count;
        _serializer = serializer;
    }

    private WampArguments() => (_tail, _serializer) = ([], WampJsonSerializer.Default);

    /// <summary>The arguments of a received message, with what its options say of them.</summary>
    internal static WampArguments Of(in WampMessage message, IWampPayloadSerializer serializer, ArgumentOrigin origin) =>
        new(message.Payload, serializer, origin, WampPassthru.Read(message.Format, message.Options));

    /// <summary>The arguments of a RESULT.</summary>
    internal static WampArguments OfResult(in WampMessage message, IWampPayloadSerializer serializer, ArgumentOrigin origin) =>
        new(message.Payload, serializer, origin, WampPassthru.Read(message.Format, message.Options))
        {
            IsPart = new DictionaryReader(message.Format, message.Options).TryFind("_more"u8, out var more) && more.TryGetBoolean(out var hasMore) && hasMore,
        };

    /// <summary>No arguments.</summary>
    public static WampArguments Empty { get; } = new();

    /// <summary>How many positional arguments there are.</summary>
    public int Count => Index.Items.Length;

    /// <summary>The names of the named arguments, in the order they came.</summary>
    public IEnumerable<string> Names => Index.Named.Select(n => n.Name);

    /// <summary>How the payload is made, if its sender asked the router not to look into it.</summary>
    public WampPassthru? Passthru { get; }

    /// <summary>Reads the values.</summary>
    internal IWampPayloadSerializer Serializer => _serializer;

    /// <summary>Whether the router had more to say than one result holds.</summary>
    internal bool IsPart { get; private init; }

    internal WireFormat Format { get; }

    internal int Elements { get; }

    internal ReadOnlyMemory<byte> Tail => _tail;

    // Two threads may both build it; either result serves.
    private ArgumentIndex Index => _index ??= ArgumentIndex.Build(new Payload(Format, _tail, Elements));

    /// <summary>Whether there is a named argument.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it was sent.</returns>
    public bool Contains(string name) => TryFind(name, out _);

    /// <summary>Reads a positional argument.</summary>
    /// <typeparam name="T">What to read it as; JSON's null is read as the type's default.</typeparam>
    /// <param name="index">Its position, from 0.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: the argument of a call is missing or something else. A procedure lets it pass to its caller.</exception>
    /// <exception cref="WampSerializationException">The argument of a result, an event or an error is missing or something else.</exception>
    public T Get<T>(int index) =>
        (uint)index < (uint)Count
            ? Read<T>(index)
            : throw _origin.Missing(index, null, Count);

    /// <summary>Reads a named argument.</summary>
    /// <typeparam name="T">What to read it as; JSON's null is read as the type's default.</typeparam>
    /// <param name="name">Its name.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: the argument of a call is missing or something else. A procedure lets it pass to its caller.</exception>
    /// <exception cref="WampSerializationException">The argument of a result, an event or an error is missing or something else.</exception>
    public T Get<T>(string name) =>
        TryFind(name, out var range)
            ? Read<T>(name, range)
            : throw _origin.Unreadable(name, " is missing");

    /// <summary>Reads a positional argument that may be left out.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="index">Its position, from 0.</param>
    /// <param name="fallback">What it is when it was left out.</param>
    /// <returns>The argument.</returns>
    public T GetOr<T>(int index, T fallback) => (uint)index < (uint)Count ? Get<T>(index) : fallback;

    /// <summary>Reads a named argument that may be left out.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What it is when it was left out.</param>
    /// <returns>The argument.</returns>
    public T GetOr<T>(string name, T fallback) => Contains(name) ? Get<T>(name) : fallback;

    /// <summary>The arguments as JSON, to look at: of much the beginning, about 1,000 characters. What is secret among them stands in it.</summary>
    /// <returns>A list of the positional ones and, if there are any, a dictionary of the named ones.</returns>
    public override string ToString() => PayloadText.Bounded(Index.ToString());

    private bool TryFind(string name, out Range range)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Index.TryFind(name, out range);
    }

    /// <summary>A parameter of a procedure: the positional argument, or the named one if there are not as many.</summary>
    internal T Get<T>(int index, string name) =>
        index >= Count && TryFind(name, out var range) ? Read<T>(name, range)
        : index < Count ? Read<T>(index)
        : throw _origin.Missing(index, name, Count);

    internal object? Get(int index, string name, Type type, Func<object?>? fallback)
    {
        var found = (uint)index < (uint)Count;
        var range = found ? Index.Items[index] : default;
        if (!found && !Index.TryFind(name, out range))
        {
            return fallback is null
                ? throw _origin.Missing(index, name, Count)
                : fallback();
        }

        try
        {
            return _serializer.Deserialize(Index.Json(range), type);
        }
        catch (FormatException e)
        {
            throw _origin.Unreadable(index, name, Count, Mismatch.Explain(type, Index.Json(range), e), e);
        }
    }

    /// <summary>The first argument as text if it is one: what peers put a human message into.</summary>
    internal string? FirstText()
    {
        try
        {
            return Count > 0 && Index.Json(Index.Items[0]) is [(byte)'"', ..] text ? WampJsonSerializer.Default.Deserialize<string>(text) : null;
        }
        catch (Exception e) when (e is FormatException or WampException or WampSerializationException)
        {
            // Unreadable arguments: the error's URI still says what happened.
            return null;
        }
    }

    /// <summary>Refuses arguments that a strict procedure has no parameters for.</summary>
    /// <param name="positional">How many positional ones it takes.</param>
    /// <param name="named">Which named ones.</param>
    internal void ThrowIfMore(int positional, ReadOnlySpan<string> named)
    {
        if (Count > positional)
        {
            throw _origin.TooMany($" takes {positional} positional arguments, and there are {Count}");
        }

        foreach (var name in Names)
        {
            if (!named.Contains(name))
            {
                throw _origin.TooMany($" takes no argument named '{name}'");
            }
        }
    }

    private T Read<T>(int index)
    {
        var json = Index.Json(Index.Items[index]);
        try
        {
            return _serializer.Deserialize<T>(json)!;
        }
        catch (FormatException e)
        {
            throw _origin.Unreadable(index, null, Count, Mismatch.Explain(typeof(T), json, e), e);
        }
    }

    private T Read<T>(string name, Range range)
    {
        var json = Index.Json(range);
        try
        {
            return _serializer.Deserialize<T>(json)!;
        }
        catch (FormatException e)
        {
            throw _origin.Unreadable(name, Mismatch.Explain(typeof(T), json, e), e);
        }
    }
}
