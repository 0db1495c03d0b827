using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace WampRouter.Client.Serialization;

/// <summary>Arguments as a log shows them: like JSON, and never longer than a line or two.</summary>
internal static class PayloadText
{
    private const int MaxLength = 1000;
    private const int MaxText = 200;

    /// <summary>Arguments to send, in the form in which they are received. Of an object it is the type, since it may hold what belongs into no log.</summary>
    public static string Of(WampPayload payload)
    {
        var text = new StringBuilder("[[");
        var separator = string.Empty;
        foreach (var item in payload.Items.TakeWhile(_ => text.Length < MaxLength))
        {
            Append(text.Append(separator), item);
            separator = ",";
        }

        text.Append(']');
        separator = ",{";
        foreach (var (name, value) in payload.Named.TakeWhile(_ => text.Length < MaxLength))
        {
            Append(AppendText(text.Append(separator), name).Append(':'), value);
            separator = ",";
        }

        return Bounded(text.Append(payload.Named.Count > 0 ? "}]" : "]").ToString());
    }

    /// <summary>The beginning of a long text.</summary>
    public static string Bounded(string text) => text.Length <= MaxLength ? text : $"{Beginning(text, MaxLength)}… ({text.Length.ToString(CultureInfo.InvariantCulture)} characters)";

    private static StringBuilder Append(StringBuilder text, object? value) => value switch
    {
        null => text.Append("null"),
        true => text.Append("true"),
        false => text.Append("false"),
        string s => AppendText(text, s),
        char or Guid or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Enum or Uri => AppendText(text, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        byte[] bytes => text.Append(CultureInfo.InvariantCulture, $"<{bytes.Length} bytes>"),
        IFormattable number when value.GetType().IsPrimitive || value is decimal => text.Append(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => text.Append('<').Append(value.GetType().Name).Append('>'),
    };

    private static StringBuilder AppendText(StringBuilder text, string value)
    {
        var shown = value.Length <= MaxText ? value : $"{Beginning(value, MaxText)}…";
        return text.Append('"').Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(shown)).Append('"');
    }

    /// <summary>Not cut in the middle of a character.</summary>
    private static string Beginning(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
