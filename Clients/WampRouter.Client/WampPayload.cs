using System.Collections;
using System.Runtime.CompilerServices;
using WampRouter.Client.Serialization;

namespace WampRouter.Client;

/// <summary>
/// The arguments of a message to send. Written as a collection: <c>[1, "two"]</c> for positional ones,
/// <c>new() { 1, { "currency", "EUR" } }</c> with named ones. Received <see cref="WampArguments"/> convert to it and are passed on untouched.
/// </summary>
[CollectionBuilder(typeof(WampPayload), nameof(Create))]
public sealed class WampPayload : IEnumerable<object?>
{
    private readonly List<object?> _items = [];
    private readonly List<KeyValuePair<string, object?>> _named = [];

    /// <summary>Starts without arguments.</summary>
    public WampPayload()
    {
    }

    private WampPayload(WampArguments forwarded) => (Forwarded, Passthru) = (forwarded, forwarded.Passthru);

    /// <summary>The positional arguments.</summary>
    public IReadOnlyList<object?> Items => _items;

    /// <summary>The named arguments.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Named => _named;

    /// <summary>How the payload is made that the router is not to look into; <see langword="null"/>: it is an ordinary one.</summary>
    public WampPassthru? Passthru { get; private set; }

    internal WampArguments? Forwarded { get; }

    /// <summary>Passes received arguments on as they are, without reading them.</summary>
    /// <param name="arguments">What was received.</param>
    public static implicit operator WampPayload(WampArguments arguments) => FromArguments(arguments);

    /// <summary>Passes received arguments on as they are, without reading them.</summary>
    /// <param name="arguments">What was received.</param>
    /// <returns>A payload that nothing can be added to.</returns>
    public static WampPayload FromArguments(WampArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return new WampPayload(arguments);
    }

    /// <summary>Positional arguments; this is what <c>[1, "two"]</c> calls.</summary>
    /// <param name="items">The arguments.</param>
    /// <returns>A payload of them.</returns>
    public static WampPayload Create(ReadOnlySpan<object?> items)
    {
        var payload = new WampPayload();
        payload._items.AddRange(items);
        return payload;
    }

    /// <summary>Appends a positional argument.</summary>
    /// <param name="item">Its value.</param>
    public void Add(object? item)
    {
        ThrowIfForwarded();
        _items.Add(item);
    }

    /// <summary>Adds a named argument.</summary>
    /// <param name="name">Its name, not used before.</param>
    /// <param name="value">Its value.</param>
    public void Add(string name, object? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ThrowIfForwarded();
        if (_named.Exists(n => n.Key == name))
        {
            throw new ArgumentException($"There is a named argument '{name}' already.", nameof(name));
        }

        _named.Add(new(name, value));
    }

    /// <summary>Says how the payload is made, so that the router passes it on without looking into it. Received arguments passed on keep theirs.</summary>
    /// <param name="passthru">How it is made.</param>
    /// <returns>This payload.</returns>
    public WampPayload WithPassthru(WampPassthru passthru)
    {
        ArgumentNullException.ThrowIfNull(passthru);
        Passthru = passthru;
        return this;
    }

    /// <summary>
    /// The arguments as a log shows them, like JSON and not much longer than 1,000 characters: numbers and texts with their values, objects by their type. What is secret
    /// as a text or number stands in it.
    /// </summary>
    /// <returns>A list of the positional ones and, if there are any, a dictionary of the named ones.</returns>
    public override string ToString() => Forwarded?.ToString() ?? PayloadText.Of(this);

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void ThrowIfForwarded()
    {
        if (Forwarded is not null)
        {
            throw new InvalidOperationException("Received arguments are passed on as they are; nothing can be added to them.");
        }
    }
}
