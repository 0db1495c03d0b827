using System.Globalization;
using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>
/// Binds a section of the host's configuration. The binder stops at the first value that does not fit; here each value is tried alone first,
/// so that every mistake is found.
/// </summary>
internal static class OptionsSection
{
    private const string TimeType = "'System.TimeSpan'";

    /// <summary>The options as far as they are right; what is wrong is added to <paramref name="mistakes"/>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="shape">The settings there are.</param>
    /// <param name="bind">Calls <c>Bind</c> with the options type written out, which is what the source-generated binder needs.</param>
    /// <param name="change">What code says after the section; null: nothing.</param>
    /// <param name="findProblems">Looks at the result: the key of a wrong setting below the section, and what is wrong.</param>
    /// <param name="places">Where settings were written.</param>
    /// <param name="mistakes">Gets what is wrong.</param>
    /// <param name="isElsewhere">Keys that are in the section and read by others.</param>
    public static TOptions Read<TOptions>(
        IConfigurationSection section,
        OptionsShape shape,
        Action<IConfiguration, TOptions, bool> bind,
        Action<TOptions>? change,
        Func<TOptions, IEnumerable<(string Key, string Problem)>> findProblems,
        SettingPlaces places,
        List<ConfigurationMistake> mistakes,
        Func<string, bool>? isElsewhere = null)
        where TOptions : class, new()
    {
        var good = new Dictionary<string, string?>();
        var settings = section.AsEnumerable(makePathsRelative: true).OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToArray();
        mistakes.AddRange(FindMisplaced(section, places));
        mistakes.AddRange(shape.FindGaps([.. settings.Select(pair => pair.Key)]).Select(gap => places.Mistake($"{section.Path}:{gap.Key}", gap.Problem)));
        foreach (var (key, value) in settings)
        {
            // An inner section has no value of its own; an empty list or object shows as one, and binds to nothing.
            if (string.IsNullOrEmpty(key) || value is null || isElsewhere?.Invoke(key) is true)
            {
                continue;
            }

            if ((shape.FindProblem(key, value) ?? FindProblem(key, value, shape, bind)) is { } problem)
            {
                mistakes.Add(places.Mistake($"{section.Path}:{key}", problem));
            }
            else
            {
                good[key] = value;
            }
        }

        var options = new TOptions();
        bind(InMemory(good), options, false);
        var ofSection = change is null ? null : findProblems(options).ToHashSet();
        change?.Invoke(options);
        mistakes.AddRange(findProblems(options).Select(found => ofSection?.Contains(found) is false ? InCode(found.Key, found.Problem) : places.Mistake($"{section.Path}:{found.Key}", found.Problem)));
        return options;
    }

    /// <summary>What was right before code changed it.</summary>
    private static ConfigurationMistake InCode(string key, string problem) => new("Configure", problem) { Path = $"options.{key.Replace(':', '.')}" };

    /// <summary>A value in the place of the section, or of a setting without a name.</summary>
    private static IEnumerable<ConfigurationMistake> FindMisplaced(IConfigurationSection section, SettingPlaces places)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return places.Mistake(section.Path, "has settings of its own: write { … }");
        }

        foreach (var nameless in section.GetChildren().Where(child => child.Key.Length == 0))
        {
            yield return places.Mistake(nameless.Path, "the name of the setting is missing");
        }
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
