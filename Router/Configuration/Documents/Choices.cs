using System.Text;

namespace WampRouter.Configuration.Documents;

/// <summary>The words of an enum in configuration files: its names in kebab-case, so <c>DropEvents</c> is written <c>drop-events</c>.</summary>
internal static class Choices<TEnum>
    where TEnum : struct, Enum
{
    private static readonly (string Word, TEnum Value)[] All = [.. Enum.GetValues<TEnum>().Select(value => (Kebab(value.ToString()), value))];

    /// <summary>Every word, in the order of the enum.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. All.Select(choice => choice.Word)];

    /// <summary>The word of a value.</summary>
    public static string WordOf(TEnum value) => Kebab(value.ToString());

    /// <summary>The value of a word, written exactly so.</summary>
    public static bool TryParse(string word, out TEnum value)
    {
        var index = Array.FindIndex(All, choice => choice.Word == word);
        value = index < 0 ? default : All[index].Value;
        return index >= 0;
    }

    private static string Kebab(string name)
    {
        var word = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && word.Length > 0)
            {
                word.Append('-');
            }

            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }
}
