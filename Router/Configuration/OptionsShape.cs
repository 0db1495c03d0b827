using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>
/// The settings of a section: what was probably meant by one that does not exist, and which settings are lists or have settings of their own. A text that stands
/// in the place of one of these, or an object in the place of a list, is passed over by the binder in silence.
/// </summary>
/// <param name="values">Keys such as <c>Listeners:*:Url</c>, with <c>*</c> for a place in a list.</param>
/// <param name="lists">Keys such as <c>Listeners</c>.</param>
/// <param name="objects">Keys such as <c>Listeners:*:Certificate</c>.</param>
/// <param name="choices">Keys whose value is one of a few words.</param>
/// <remarks>Whether a setting exists is for the binder to say. What is missing here is bound all the same, but not proposed; a test compares the two.</remarks>
internal sealed class OptionsShape(IEnumerable<string> values, IEnumerable<string> lists, IEnumerable<string> objects, IReadOnlyDictionary<string, string[]> choices)
{
    private readonly string[] _keys = [.. values, .. lists, .. objects];
    private readonly HashSet<string> _lists = new(lists, StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string[]> _choices = new(choices, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _objects = new(objects, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key, with <c>*</c> for places in lists.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>What is wrong with the place a value stands in, or null.</summary>
    public string? FindProblem(string key, string value)
    {
        var path = string.Empty;
        foreach (var segment in key.Split(':'))
        {
            var isPlace = int.TryParse(segment, out _);
            if (_lists.Contains(path) && !isPlace)
            {
                return $"'{path}' is a list: write [ … ], also for a single one";
            }

            path += (path.Length == 0 ? string.Empty : ":") + (isPlace ? "*" : segment);
        }

        if (_choices.TryGetValue(path, out var words))
        {
            return words.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : $"must be {string.Join(" or ", words.Select(word => $"'{word}'"))}, not '{value}'";
        }

        return value.Length == 0 ? null
            : _lists.Contains(path) ? "must be a list: write [ … ], also for a single one"
            : _objects.Contains(path) ? "has settings of its own: write { … }"
            : null;
    }

    /// <summary>Says of a key that does not exist what was probably meant.</summary>
    public string Describe(string unknownKey)
    {
        var path = string.Empty;
        foreach (var segment in unknownKey.Split(':'))
        {
            var siblings = Below(path);
            var known = int.TryParse(segment, out _) ? "*" : segment;
            if (siblings.Contains(known, StringComparer.OrdinalIgnoreCase))
            {
                path += (path.Length == 0 ? string.Empty : ":") + known;
                continue;
            }

            var hint = Words.Nearest(segment, siblings) is { } nearest ? $"did you mean '{nearest}'?"
                : Elsewhere(segment) is { } other ? $"did you mean '{other}'?"
                : siblings.Length > 0 ? $"the settings here are {Words.Enumerate(siblings)}"
                : $"'{path}' has no settings of its own";
            return $"there is no such setting; {hint}";
        }

        return "there is no such setting";
    }

    /// <summary>The full key that ends in these segments, or nearly, or null.</summary>
    public string? Find(string ending)
    {
        var name = ending[(ending.LastIndexOf(':') + 1)..];
        return _keys.FirstOrDefault(key => $":{key}".EndsWith($":{ending}", StringComparison.OrdinalIgnoreCase))
            ?? Elsewhere(name)
            ?? (Words.Nearest(name, _keys.Select(LastSegment)) is { } nearest ? Elsewhere(nearest) : null);
    }

    private static string LastSegment(string key) => key[(key.LastIndexOf(':') + 1)..];

    private string? Elsewhere(string name) => _keys.FirstOrDefault(key => LastSegment(key).Equals(name, StringComparison.OrdinalIgnoreCase));

    private string[] Below(string path)
    {
        var start = path.Length == 0 ? string.Empty : $"{path}:";
        return [.. _keys.Where(key => key.StartsWith(start, StringComparison.OrdinalIgnoreCase)).Select(key => key[start.Length..].Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
