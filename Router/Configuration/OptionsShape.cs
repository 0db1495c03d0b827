namespace WampRouter.Configuration;

/// <summary>
/// Which settings of a section are lists, and which have settings of their own: a text that stands in the place of one of these, or an object in the place of
/// a list, is passed over by the binder in silence.
/// </summary>
/// <param name="lists">Keys such as <c>Listeners</c>, with <c>*</c> for a place in a list.</param>
/// <param name="objects">Keys such as <c>Listeners:*:Certificate</c>.</param>
/// <param name="choices">Keys whose value is one of a few words.</param>
internal sealed class OptionsShape(IEnumerable<string> lists, IEnumerable<string> objects, IReadOnlyDictionary<string, string[]> choices)
{
    private readonly HashSet<string> _lists = new(lists, StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string[]> _choices = new(choices, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _objects = new(objects, StringComparer.OrdinalIgnoreCase);

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
}
