using System.Globalization;
using Microsoft.Extensions.Logging.Console;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>Checks the section <c>Logging:Console</c>.</summary>
internal static class ConsoleLogOptionsRules
{
    private static readonly string[] Formatters = [ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd, ConsoleFormatterNames.Json];

    /// <summary>What is wrong: the key of the setting below the section, and why.</summary>
    public static IEnumerable<(string Key, string Problem)> FindProblems(ConsoleLogOptions options)
    {
        if (!Formatters.Contains(options.FormatterName, StringComparer.OrdinalIgnoreCase))
        {
            yield return ("FormatterName", $"must be one of {Words.Enumerate(Formatters)}, not {Words.Quote(options.FormatterName)}");
        }

        if (options.MaxQueueLength is < 1 or > 1_000_000)
        {
            yield return ("MaxQueueLength", $"must be from 1 to 1000000, not {options.MaxQueueLength}");
        }

        if (!Enum.IsDefined(options.LogToStandardErrorThreshold))
        {
            yield return ("LogToStandardErrorThreshold", $"must be one of {Words.Enumerate(Enum.GetNames<LogLevel>())}");
        }

        if (!IsTimeFormat(options.FormatterOptions.TimestampFormat))
        {
            yield return ("FormatterOptions:TimestampFormat", "is no format of a time; one is 'yyyy-MM-dd HH:mm:ss '");
        }
    }

    private static bool IsTimeFormat(string? format)
    {
        try
        {
            _ = DateTimeOffset.UnixEpoch.ToString(format, CultureInfo.InvariantCulture);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
