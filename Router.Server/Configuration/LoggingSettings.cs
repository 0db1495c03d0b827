using Microsoft.Extensions.Logging.Console;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>
/// The section <c>Logging</c> of the stand-alone router. The framework reads the levels from it by itself, and throws in the midst of a start, or of the first line,
/// where they or a format are wrong: so they are checked first.
/// </summary>
internal static class LoggingSettings
{
    /// <summary>Where the host's configuration keeps these.</summary>
    public const string SectionName = "Logging";

    private const string LevelsKey = "LogLevel";
    private const string ConsoleKey = "Console";

    /// <summary>The settings of the console.</summary>
    public static OptionsShape ConsoleShape { get; } = new(
        values:
        [
            "FormatterName", "LogToStandardErrorThreshold", "MaxQueueLength", "FormatterOptions:TimestampFormat", "FormatterOptions:UseUtcTimestamp",
            "FormatterOptions:IncludeScopes", "FormatterOptions:SingleLine", "FormatterOptions:ColorBehavior", "FormatterOptions:JsonWriterOptions:Indented",
        ],
        lists: [],
        objects: ["FormatterOptions", "FormatterOptions:JsonWriterOptions"],
        choices: new Dictionary<string, string[]>
        {
            ["LogToStandardErrorThreshold"] = Enum.GetNames<LogLevel>(),
            ["FormatterOptions:ColorBehavior"] = Enum.GetNames<LoggerColorBehavior>(),
        });

    /// <summary>Checks the section, and binds what it says of the console.</summary>
    public static ConsoleLogOptions Read(IConfiguration configuration, SettingPlaces places, List<ConfigurationMistake> mistakes)
    {
        var section = configuration.GetSection(SectionName);
        if (!string.IsNullOrEmpty(section.Value))
        {
            mistakes.Add(places.Mistake(section.Path, "has settings of its own: write { … }"));
        }

        foreach (var child in section.GetChildren())
        {
            if (Is(child, LevelsKey))
            {
                CheckLevels(child, places, mistakes);
            }
            else if (!Is(child, ConsoleKey))
            {
                var hint = Words.Nearest(child.Key, [LevelsKey, ConsoleKey]) is { } nearest ? $"did you mean '{nearest}'?" : $"the settings here are '{LevelsKey}', '{ConsoleKey}'";
                mistakes.Add(places.Mistake(child.Path, $"there is no such setting; {hint}"));
            }
        }

        var console = section.GetSection(ConsoleKey);
        if (console.GetSection(LevelsKey) is var levels && levels.Exists())
        {
            CheckLevels(levels, places, mistakes);
        }

        return OptionsSection.Read<ConsoleLogOptions>(
            console,
            ConsoleShape,
            static (section, options, strict) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = strict),
            change: null,
            ConsoleLogOptionsRules.FindProblems,
            places,
            mistakes,
            isElsewhere: static key => key.StartsWith(LevelsKey, StringComparison.OrdinalIgnoreCase));
    }

    private static bool Is(IConfigurationSection section, string key) => section.Key.Equals(key, StringComparison.OrdinalIgnoreCase);

    private static void CheckLevels(IConfigurationSection levels, SettingPlaces places, List<ConfigurationMistake> mistakes)
    {
        if (!string.IsNullOrEmpty(levels.Value))
        {
            mistakes.Add(places.Mistake(levels.Path, "has settings of its own, one for each category: write { \"Default\": \"Information\" }"));
        }

        foreach (var level in levels.GetChildren())
        {
            // An empty level would silence the category, which nobody means who leaves it out. .NET takes numbers as well, which nobody can read.
            var names = Enum.GetNames<LogLevel>();
            if (!names.Contains(level.Value, StringComparer.OrdinalIgnoreCase))
            {
                var hint = Words.Nearest(level.Value ?? "", names) is { } nearest ? $"; did you mean '{nearest}'?" : "";
                mistakes.Add(places.Mistake(level.Path, $"must be one of {Words.Enumerate(names)}, not {Words.Quote(level.Value ?? "")}{hint}"));
            }
        }
    }
}
