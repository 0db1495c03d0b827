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
    private ArgumentIndex? _index;

    internal WampArguments(in Payload payload, IWampPayloadSerializer serializer, WampPassthru? passthru = null)
    {
        Passthru = passthru;
        _tail = payload.ToArray();
        Format = payload.Format;
        Elements = payload.Count;
        _serializer = serializer;
    }

    private WampArguments() => (_tail, _serializer) = ([], WampJsonSerializer.Default);

    /// <summary>The arguments of a received message, with what its options say of them.</summary>
    internal static WampArguments Of(in WampMessage message, IWampPayloadSerializer serializer) =>
        new(message.Payload, serializer, WampPassthru.Read(message.Format, message.Options));

    /// <summary>The arguments of a RESULT.</summary>
    internal static WampArguments OfResult(in WampMessage message, IWampPayloadSerializer serializer) =>
        new(message.Payload, serializer, WampPassthru.Read(message.Format, message.Options))
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
    public bool Contains(string name) => Index.TryFind(name, out _);

    /// <summary>Reads a positional argument.</summary>
    /// <typeparam name="T">What to read it as; JSON's null is read as the type's default.</typeparam>
    /// <param name="index">Its position, from 0.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: it is missing or something else. A procedure lets it pass to its caller.</exception>
    public T Get<T>(int index) =>
        (uint)index < (uint)Count
            ? Read<T>(Index.Items[index], $"Argument {index}")
            : throw new WampException(WampErrorUri.InvalidArgument, $"Argument {index} is missing: there are {Count}.");

    /// <summary>Reads a named argument.</summary>
    /// <typeparam name="T">What to read it as; JSON's null is read as the type's default.</typeparam>
    /// <param name="name">Its name.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="WampException"><see cref="WampErrorUri.InvalidArgument"/>: it is missing or something else. A procedure lets it pass to its caller.</exception>
    public T Get<T>(string name) =>
        Index.TryFind(name, out var range)
            ? Read<T>(range, $"Argument '{name}'")
            : throw new WampException(WampErrorUri.InvalidArgument, $"Argument '{name}' is missing.");

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

    /// <summary>The arguments as JSON, to look at.</summary>
    /// <returns>A list of the positional ones and, if there are any, a dictionary of the named ones.</returns>
    public override string ToString() => Index.ToString();

    internal object? Get(int index, string name, Type type, Func<object?>? fallback)
    {
        var found = (uint)index < (uint)Count;
        var range = found ? Index.Items[index] : default;
        if (!found && !Index.TryFind(name, out range))
        {
            return fallback is null
                ? throw new WampException(WampErrorUri.InvalidArgument, $"Argument {index} ('{name}') is missing: there are {Count}.")
                : fallback();
        }

        try
        {
            return _serializer.Deserialize(Index.Json(range), type);
        }
        catch (FormatException e)
        {
            throw Unreadable($"Argument {index} ('{name}')", type, e);
        }
    }

    /// <summary>The first argument as text if it is one: what peers put a human message into.</summary>
    internal string? FirstText()
    {
        try
        {
            return Count > 0 && Index.Json(Index.Items[0]) is [(byte)'"', ..] text ? WampJsonSerializer.Default.Deserialize<string>(text) : null;
        }
        catch (WampException)
        {
            // Unreadable arguments: the error's URI still says what happened.
            return null;
        }
    }

    private static WampException Unreadable(string what, Type type, FormatException cause) =>
        new(WampErrorUri.InvalidArgument, $"{what} cannot be read as {type.Name}: {cause.Message}", cause);

    private T Read<T>(Range range, string what)
    {
        try
        {
            return _serializer.Deserialize<T>(Index.Json(range))!;
        }
        catch (FormatException e)
        {
            throw Unreadable(what, typeof(T), e);
        }
    }
}
