using System.Globalization;
using System.Text.RegularExpressions;

namespace WampRouter.Mutation;

/// <summary>A test as one run without faults saw it.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Reached">How many faults it passed: the fewer, the more it is about.</param>
internal sealed record CoveringTest(string Name, double Seconds, int Reached);

/// <summary>Which tests pass which faults.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<int, List<CoveringTest>> _tests = [];

    /// <summary>Tests that fail without any fault: they show nothing.</summary>
    public List<string> Failing { get; } = [];

    /// <summary>Reads what <c>TestRun coverage</c> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <param name="skip">Tests to do without.</param>
    public static Coverage Read(string file, Regex? skip)
    {
        var coverage = new Coverage();
        int[] before = [];
        foreach (var line in File.ReadLines(file))
        {
            if (line.Split('\t') is not [var name, var seconds, var status, var list])
            {
                continue;
            }

            int[] ids = [.. before, .. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            before = name.Length == 0 ? ids : [];
            if (status != "Passed")
            {
                coverage.Failing.Add(name);
            }
            else if (name.Length > 0 && skip?.IsMatch(name) is not true)
            {
                var test = new CoveringTest(name, double.Parse(seconds, CultureInfo.InvariantCulture), ids.Length);
                Array.ForEach(ids, id => coverage.Note(id, test));
            }
        }

        return coverage;
    }

    /// <summary>The tests that pass a fault, those that are about little else first, as long as they take so many seconds together at most.</summary>
    public IReadOnlyList<string> TestsOf(Mutant mutant, double seconds)
    {
        var taken = new List<string>();
        var tests = _tests.GetValueOrDefault(mutant.Id) ?? [];
        foreach (var test in tests.OrderBy(test => test.Reached).ThenBy(test => test.Seconds))
        {
            seconds -= test.Seconds;
            if (taken.Count > 0 && seconds < 0)
            {
                break;
            }

            taken.Add(test.Name);
        }

        return [.. taken.Distinct()];
    }

    private void Note(int id, CoveringTest test)
    {
        if (!_tests.TryGetValue(id, out var tests))
        {
            _tests.Add(id, tests = []);
        }

        tests.Add(test);
    }
}
