using System.Text;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>
/// A message as a test expects it, in JSON. <c>"*"</c> is any value, <c>"*text"</c> any text that says something, <c>"$name"</c> any value but always the same (see
/// <see cref="Bindings"/>); <c>"..."</c> as the last element of a list, or as a key of a dictionary, is whatever else there is.
/// </summary>
internal static class MessagePattern
{
    private const string Rest = "...";

    public static bool Matches(string pattern, object? value, Bindings bindings) => bindings.Try(names => Matches(Parse(pattern), value, names));

    /// <summary>JSON as values; binary is a string that begins with <c>\0</c>, as the specification has it.</summary>
    public static object? Parse(string json) => ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(json));

    /// <summary>Values as JSON, to be read by people.</summary>
    public static string Text(object? value) => Encoding.UTF8.GetString(ReferenceCodec.Encode(WireFormat.Json, value));

    private static bool Matches(object? pattern, object? value, Bindings bindings) => (pattern, value) switch
    {
        ("*", _) => true,
        ("*text", _) => value is string { Length: > 0 },
        (string text, _) when Bindings.IsName(text) => bindings.Agree(text[1..], value),
        (object?[] expected, object?[] actual) => ListMatches(expected, actual, bindings),
        (Dictionary<string, object?> expected, Dictionary<string, object?> actual) => DictionaryMatches(expected, actual, bindings),
        _ => ReferenceCodec.AreEqual(pattern, value),
    };

    private static bool ListMatches(object?[] expected, object?[] actual, Bindings bindings)
    {
        var isOpen = expected.Length > 0 && expected[^1] is Rest;
        var count = isOpen ? expected.Length - 1 : expected.Length;
        return (isOpen ? actual.Length >= count : actual.Length == count)
            && expected.Take(count).Zip(actual).All(pair => Matches(pair.First, pair.Second, bindings));
    }

    private static bool DictionaryMatches(Dictionary<string, object?> expected, Dictionary<string, object?> actual, Bindings bindings)
    {
        var isOpen = expected.ContainsKey(Rest);
        var named = expected.Where(entry => entry.Key != Rest).ToArray();
        return (isOpen || actual.Count == named.Length)
            && named.All(entry => actual.TryGetValue(entry.Key, out var value) && Matches(entry.Value, value, bindings));
    }
}
