using System.Collections;
using System.Globalization;
using System.Text;

namespace WampRouter.Logging;

/// <summary>The values of one line of the log with the texts among them as <see cref="PeerText"/> shows them, for formatters that write the message as well as for those that write the values. Immutable.</summary>
internal sealed class ShownLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string TemplateName = "{OriginalFormat}";

    private readonly KeyValuePair<string, object?>[] _values;

    private ShownLine(KeyValuePair<string, object?>[] values) => _values = values;

    /// <inheritdoc />
    public int Count => _values.Length;

    /// <inheritdoc />
    public KeyValuePair<string, object?> this[int index] => _values[index];

    /// <summary>The line as it is to be shown; null where it can be shown as it is, as most can.</summary>
    public static ShownLine? Of(IReadOnlyList<KeyValuePair<string, object?>> line)
    {
        KeyValuePair<string, object?>[]? changed = null;
        for (var i = 0; i < line.Count; i++)
        {
            var (name, value) = line[i];
            if (name != TemplateName && Show(value) is { } shown)
            {
                changed ??= [.. line];
                changed[i] = new(name, shown);
            }
        }

        return changed is null ? null : new ShownLine(changed);
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_values).GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The message: the template with the values in it.</summary>
    public override string ToString()
    {
        var message = new StringBuilder();
        var rest = (Find(TemplateName) as string ?? "").AsSpan();
        while (rest.IndexOfAny('{', '}') is >= 0 and var at)
        {
            message.Append(rest[..at]);
            if (at + 1 < rest.Length && rest[at + 1] == rest[at])
            {
                message.Append(rest[at]);       // doubled: the brace itself
                rest = rest[(at + 2)..];
                continue;
            }

            var end = rest[at..].IndexOf('}');
            if (end < 0)
            {
                break;
            }

            Append(message, rest.Slice(at + 1, Math.Max(end - 1, 0)));
            rest = rest[(at + end + 1)..];
        }

        return message.Append(rest).ToString();
    }

    private void Append(StringBuilder message, ReadOnlySpan<char> hole)
    {
        var colon = hole.IndexOf(':');
        var value = Find(colon < 0 ? hole : hole[..colon]);
        message.Append(value is IFormattable formattable ? formattable.ToString(colon < 0 ? null : hole[(colon + 1)..].ToString(), CultureInfo.InvariantCulture) : value ?? "(null)");
    }

    private object? Find(ReadOnlySpan<char> name)
    {
        foreach (var (key, value) in _values)
        {
            if (name.SequenceEqual(key))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The text to show instead; null where the value is no text of a peer's, or one that is shown as it is.</summary>
    private static string? Show(object? value)
    {
        if (value is null or ValueType || (value as string ?? value.ToString()) is not { } text)
        {
            return null;
        }

        var shown = PeerText.Show(text);
        return ReferenceEquals(shown, text) ? null : shown;
    }
}
