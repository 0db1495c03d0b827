namespace WampRouter.Configuration;

/// <summary>Binds a section of the host's configuration, and says where each mistake in it was written.</summary>
internal static class OptionsSection
{
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
        var values = SettingValues.Sift(section, shape, bind, isElsewhere);
        mistakes.AddRange(FindMisplaced(section, places));
        mistakes.AddRange(values.Problems.Select(found => places.Mistake($"{section.Path}:{found.Key}", found.Problem)));

        var options = new TOptions();
        bind(values.Good, options, false);
        var ofSection = change is null ? null : findProblems(options).ToHashSet();
        change?.Invoke(options);
        var wrongEntries = values.Problems.Select(found => EntryOf(found.Key)).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        mistakes.AddRange(
            from found in findProblems(options)
            let isOfCode = ofSection?.Contains(found) is false
            where isOfCode || EntryOf(found.Key) is not { } entry || !wrongEntries.Contains(entry) || values.Good.GetSection(found.Key).Exists()
            select isOfCode ? InCode(found.Key, found.Problem) : places.Mistake($"{section.Path}:{found.Key}", found.Problem));
        return options;
    }

    /// <summary>
    /// The entry of a list that a key is in, such as <c>Listeners:0</c>; null: in none. Where a setting of an entry is misspelt, nothing is said of those that are missing: it may be one of them.
    /// </summary>
    private static string? EntryOf(string key) => key.Split(':', 3) is [var list, var index, _] && index.All(char.IsAsciiDigit) ? $"{list}:{index}" : null;

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
}
