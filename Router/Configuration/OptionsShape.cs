using System.Globalization;
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
/// <param name="foreign">What is said of sections that somebody else reads; null: there are none.</param>
/// <remarks>Whether a setting exists is for the binder to say. What is missing here is bound all the same, but not proposed; a test compares the two.</remarks>
internal sealed class OptionsShape(IEnumerable<string> values, IEnumerable<string> lists, IEnumerable<string> objects, IReadOnlyDictionary<string, string[]> choices, IReadOnlyDictionary<string, string>? foreign = null)
{
    private const string AList = "must be a list: write [ … ], also for a single one";
    private const string OwnSettings = "has settings of its own: write { … }";

    private readonly (string[] Values, string[] Lists, string[] Objects) _given = ([.. values], [.. lists], [.. objects]);
    private readonly string[] _keys = [.. values, .. lists, .. objects];
    private readonly HashSet<string> _values = new(values, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _lists = new(lists, StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string[]> _choices = new(choices, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _objects = new(objects, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key, with <c>*</c> for places in lists.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>This shape with more settings.</summary>
    public OptionsShape With(IEnumerable<string> values, IEnumerable<string> lists, IEnumerable<string> objects, IReadOnlyDictionary<string, string[]> choices) =>
        new([.. _given.Values, .. values], [.. lists, .. _given.Lists], [.. objects, .. _given.Objects], new Dictionary<string, string[]>([.. _choices, .. choices]));

    /// <summary>What is wrong with the place a value stands in, or null.</summary>
    public string? FindProblem(string key, string value)
    {
        var path = string.Empty;
        foreach (var segment in key.Split(':'))
        {
            var isPlace = TryReadPlace(segment, out _);
            if (_lists.Contains(path) && !isPlace)
            {
                return int.TryParse(segment, CultureInfo.InvariantCulture, out _) ? $"'{path}' is a list, and the places of a list are 0, 1, 2 …" : $"'{path}' is a list: write [ … ], also for a single one";
            }

            if (segment.Length == 0 || IsValue(path))
            {
                return Describe(key);       // the binder looks at what a value is, not at what is below it
            }

            path = Join(path, isPlace ? "*" : segment);
        }

        if (_choices.TryGetValue(path, out var words))
        {
            return words.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : $"must be {string.Join(" or ", words.Select(word => $"'{word}'"))}, not '{value}'";
        }

        return _objects.Contains(path) ? OwnSettings
            : _lists.Contains(path) && value.Length > 0 ? AList
            : null;
    }

    /// <summary>What is wrong with <c>{ }</c> in the place of a setting, or null.</summary>
    public string? FindProblemOfEmptyObject(string key)
    {
        var path = PathOf(key);
        return _lists.Contains(path) ? AList
            : IsValue(path) ? "must be a value, not an object {…}"
            : !_objects.Contains(path) ? Describe(key)
            : path.Contains('*', StringComparison.Ordinal) ? "must not be empty"
            : null;
    }

    /// <summary>Whether a setting is a list.</summary>
    public bool IsList(string key) => _lists.Contains(PathOf(key));

    /// <summary>The keys in lists that have nothing at a place before theirs, with what is said of them: the binder would close the gap, so that they stand for another place.</summary>
    /// <param name="keys">All keys that are set.</param>
    public IEnumerable<(string Key, string Problem)> FindGaps(IReadOnlyCollection<string> keys)
    {
        foreach (var list in _lists)
        {
            var places = new SortedSet<int>();
            foreach (var key in keys.Where(key => key.StartsWith($"{list}:", StringComparison.OrdinalIgnoreCase)))
            {
                if (TryReadPlace(key[(list.Length + 1)..].Split(':')[0], out var place))
                {
                    places.Add(place);
                }
            }

            var missing = Enumerable.Range(0, places.Count).FirstOrDefault(place => !places.Contains(place), -1);
            if (missing >= 0)
            {
                yield return ($"{list}:{places.Max.ToString(CultureInfo.InvariantCulture)}", $"there is no '{list}:{missing.ToString(CultureInfo.InvariantCulture)}' before it, and the places of a list are 0, 1, 2 …");
            }
        }
    }

    /// <summary>Says of a key that does not exist what was probably meant.</summary>
    public string Describe(string unknownKey)
    {
        if (foreign?.FirstOrDefault(section => section.Key.Equals(unknownKey.Split(':')[0], StringComparison.OrdinalIgnoreCase)).Value is { } explanation)
        {
            return explanation;
        }

        var path = string.Empty;
        foreach (var segment in unknownKey.Split(':'))
        {
            var siblings = Below(path);
            var known = TryReadPlace(segment, out _) ? "*" : segment;
            if (siblings.Contains(known, StringComparer.OrdinalIgnoreCase))
            {
                path = Join(path, known);
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

    /// <summary>A place as it is written in one way only: another spelling would be another place.</summary>
    private static bool TryReadPlace(string segment, out int place) =>
        int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out place) && (segment.Length == 1 || segment[0] != '0');

    private static string PathOf(string key) => key.Split(':').Aggregate("", (path, segment) => Join(path, TryReadPlace(segment, out _) ? "*" : segment));

    private static string Join(string path, string segment) => path.Length == 0 ? segment : $"{path}:{segment}";

    private bool IsValue(string path) => _values.Contains(path) || (path.EndsWith(":*", StringComparison.Ordinal) && _lists.Contains(path[..^2]) && !_objects.Contains(path));

    private static string LastSegment(string key) => key[(key.LastIndexOf(':') + 1)..];

    private string? Elsewhere(string name) => _keys.FirstOrDefault(key => LastSegment(key).Equals(name, StringComparison.OrdinalIgnoreCase));

    private string[] Below(string path)
    {
        var start = path.Length == 0 ? string.Empty : $"{path}:";
        return [.. _keys.Where(key => key.StartsWith(start, StringComparison.OrdinalIgnoreCase)).Select(key => key[start.Length..].Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
