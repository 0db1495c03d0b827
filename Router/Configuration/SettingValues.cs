using System.Globalization;
using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>
/// The values of a section, sifted. The binder stops at the first value that does not fit; here each value is tried alone, so that every mistake is found.
/// </summary>
/// <param name="Good">What can be bound.</param>
/// <param name="Problems">What is wrong with the rest: the key below the section, and why.</param>
internal sealed record SettingValues(IConfiguration Good, IReadOnlyList<(string Key, string Problem)> Problems)
{
    private const string TimeType = "'System.TimeSpan'";

    /// <summary>Tries the values of a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="shape">The settings there are.</param>
    /// <param name="bind">Calls <c>Bind</c> with the options type written out, which is what the source-generated binder needs; strictly or not.</param>
    /// <param name="isElsewhere">Keys that are in the section and read by others.</param>
    public static SettingValues Sift<TOptions>(IConfiguration section, OptionsShape shape, Action<IConfiguration, TOptions, bool> bind, Func<string, bool>? isElsewhere = null)
        where TOptions : new()
    {
        var good = new Dictionary<string, string?>();
        var settings = section.AsEnumerable(makePathsRelative: true).OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToArray();
        List<(string Key, string Problem)> problems = [.. shape.FindGaps([.. settings.Select(pair => pair.Key)])];
        foreach (var (key, value) in settings)
        {
            // An inner section has no value of its own; an empty list or object shows as one, and binds to nothing.
            if (string.IsNullOrEmpty(key) || value is null || isElsewhere?.Invoke(key) is true)
            {
                continue;
            }

            if ((shape.FindProblem(key, value) ?? FindProblem(key, value, shape, bind)) is { } problem)
            {
                problems.Add((key, problem));
            }
            else
            {
                good[key] = value;
            }
        }

        return new SettingValues(InMemory(good), problems);
    }

    private static string? FindProblem<TOptions>(string key, string value, OptionsShape shape, Action<IConfiguration, TOptions, bool> bind)
        where TOptions : new()
    {
        var alone = InMemory([new(key, value)]);
        try
        {
            bind(alone, new TOptions(), false);
        }
        catch (InvalidOperationException e)
        {
            return WhatWouldBeRight(e, value);
        }

        // The binder takes an empty text for no text where a number or a time belongs.
        if (value.Length == 0 && RefusalOfText(key, bind) is not null)
        {
            return "must not be empty; leave it out, and the default counts";
        }

        // .NET takes a number alone for that many days, which nobody means.
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days > 0 && RefusalOfText(key, bind)?.Contains(TimeType, StringComparison.Ordinal) is true)
        {
            return $"{value} means {value} {(days == 1 ? "day" : "days")}; write {TimeSpan.FromSeconds(days):c} for {value} {(days == 1 ? "second" : "seconds")}";
        }

        try
        {
            bind(alone, new TOptions(), true);
            return null;
        }
        catch (InvalidOperationException)
        {
            return shape.Describe(key);
        }
    }

    /// <summary>What the binder says to a word where it wants something else; null where it takes it.</summary>
    private static string? RefusalOfText<TOptions>(string key, Action<IConfiguration, TOptions, bool> bind)
        where TOptions : new()
    {
        try
        {
            bind(InMemory([new(key, "no such value")]), new TOptions(), false);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    // The binder names the type that the text was to become.
    private static string WhatWouldBeRight(InvalidOperationException exception, string value) =>
        exception.Message.Contains(TimeType, StringComparison.Ordinal) ? $"must be a time such as 00:00:10 (hours:minutes:seconds), not {Words.Quote(value)}"
        : exception.Message.Contains("'System.Int", StringComparison.Ordinal) ? $"must be a whole number{(exception.InnerException is OverflowException ? " that is not so large" : "")}, not {Words.Quote(value)}"
        : exception.Message.Contains("'System.Boolean'", StringComparison.Ordinal) ? $"must be true or false, not {Words.Quote(value)}"
        : $"{Words.Quote(value)} is not one of its values";

    private static IConfigurationRoot InMemory(IEnumerable<KeyValuePair<string, string?>> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
