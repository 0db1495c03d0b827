using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace WampRouter.Client.Serialization;

/// <summary>
/// Says in words of JSON what is wanted and what came instead. A caller in another language reads it: no names of .NET types, and nothing of the insides of a serializer, which
/// stay in the inner exception.
/// </summary>
internal static class Mismatch
{
    private const int MostShown = 40;
    private const string RequiredProperties = "including: ";

    private static readonly Dictionary<Type, string> Scalars = new()
    {
        [typeof(string)] = "a text",
        [typeof(char)] = "a text of one character",
        [typeof(bool)] = "true or false",
        [typeof(sbyte)] = Whole(sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = Whole(byte.MinValue, byte.MaxValue),
        [typeof(short)] = Whole(short.MinValue, short.MaxValue),
        [typeof(ushort)] = Whole(ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = Whole(int.MinValue, int.MaxValue),
        [typeof(uint)] = Whole(uint.MinValue, uint.MaxValue),
        [typeof(long)] = Whole(long.MinValue, long.MaxValue),
        [typeof(ulong)] = Whole(ulong.MinValue, ulong.MaxValue),
        [typeof(Int128)] = "a whole number",
        [typeof(UInt128)] = "a whole number that is not negative",
        [typeof(BigInteger)] = "a whole number",
        [typeof(Half)] = "a number",
        [typeof(float)] = "a number",
        [typeof(double)] = "a number",
        [typeof(decimal)] = "a number",
        [typeof(DateTime)] = "a date and time as text, such as \"2026-11-28T12:00:00Z\",",
        [typeof(DateTimeOffset)] = "a date and time as text, such as \"2026-11-28T12:00:00Z\",",
        [typeof(DateOnly)] = "a date as text, such as \"2026-11-28\",",
        [typeof(TimeOnly)] = "a time as text, such as \"12:00:00\",",
        [typeof(TimeSpan)] = "a duration as text, such as \"00:00:10\",",
        [typeof(Guid)] = "a GUID as text",
        [typeof(Uri)] = "an address as text",
        [typeof(byte[])] = "binary",
        [typeof(ReadOnlyMemory<byte>)] = "binary",
        [typeof(Memory<byte>)] = "binary",
    };

    /// <summary>The rest of a sentence that begins with the argument.</summary>
    /// <param name="wanted">What it was read as.</param>
    /// <param name="json">What it is.</param>
    /// <param name="cause">What the serializer threw.</param>
    public static string Explain(Type wanted, ReadOnlySpan<byte> json, FormatException cause)
    {
        var inner = cause.InnerException as JsonException;
        if (inner?.Path is { } path && path.Length > 1)
        {
            return $": what stands at {path.TrimStart('$').TrimStart('.')} does not fit";
        }

        if (json is [(byte)'{', ..] && LackingIn(inner?.Message) is { } lacking)
        {
            return $": the dictionary lacks {lacking}";
        }

        var isNullable = Nullable.GetUnderlyingType(wanted) is not null;
        var name = NameOf(Nullable.GetUnderlyingType(wanted) ?? wanted);
        return name == "a dictionary" && json is [(byte)'{', ..]
            ? ": the dictionary does not have the keys or values that are wanted"
            : $": {name}{(isNullable ? " or null" : "")} is wanted, not {Show(json)}";
    }

    private static string NameOf(Type type) =>
        Scalars.TryGetValue(type, out var name) ? name
        : type.IsEnum ? "one of certain values"
        : typeof(ITuple).IsAssignableFrom(type) ? $"a list of {type.GenericTypeArguments.Length} values that fit"
        : typeof(IDictionary).IsAssignableFrom(type) || IsGenericDictionary(type) ? "a dictionary"
        : typeof(IEnumerable).IsAssignableFrom(type) ? "a list"
        : "a dictionary";

    private static bool IsGenericDictionary(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var definition && (definition == typeof(IDictionary<,>) || definition == typeof(IReadOnlyDictionary<,>));

    private static string Show(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'"' when json.StartsWith("\"\\u0000"u8) => "binary",
        (byte)'"' => $"the text {Cut(json)}",
        (byte)'{' => "a dictionary",
        (byte)'[' => "a list",
        (byte)'t' or (byte)'f' or (byte)'n' => Cut(json),
        _ => $"the number {Cut(json)}",
    };

    private static string Cut(ReadOnlySpan<byte> json)
    {
        var text = Encoding.UTF8.GetString(json);
        return text.Length <= MostShown ? text : $"{text[..(char.IsHighSurrogate(text[MostShown - 1]) ? MostShown - 1 : MostShown)]}…";
    }

    /// <summary>The names of the properties that System.Text.Json missed: its message is the only place that has them.</summary>
    private static string? LackingIn(string? message) =>
        message?.IndexOf(RequiredProperties, StringComparison.Ordinal) is { } at and >= 0 && message.IndexOf('.', at) is var end && end > at
            ? message[(at + RequiredProperties.Length)..end]
            : null;

    private static string Whole<T>(T least, T most)
        where T : IFormattable => string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
}
