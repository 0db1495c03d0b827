using System.Globalization;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>Checks the section <c>Logging:Console</c>.</summary>
internal sealed class ConsoleLogOptionsValidator : IValidateOptions<ConsoleLogOptions>
{
    private static readonly string[] Formatters = [ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd, ConsoleFormatterNames.Json];

    public ValidateOptionsResult Validate(string? name, ConsoleLogOptions options)
    {
        const string Section = $"{LoggingSettings.SectionName}:Console";
        var errors = new ValidateOptionsResultBuilder();
        if (!Formatters.Contains(options.FormatterName, StringComparer.OrdinalIgnoreCase))
        {
            errors.AddError($"{Section}:FormatterName must be one of {Words.Enumerate(Formatters)}, not {Words.Quote(options.FormatterName)}");
        }

        if (options.MaxQueueLength is < 1 or > 1_000_000)
        {
            errors.AddError($"{Section}:MaxQueueLength must be from 1 to 1000000, not {options.MaxQueueLength}");
        }

        if (!Enum.IsDefined(options.LogToStandardErrorThreshold))
        {
            errors.AddError($"{Section}:LogToStandardErrorThreshold must be one of {Words.Enumerate(Enum.GetNames<LogLevel>())}");
        }

        if (!IsTimeFormat(options.FormatterOptions.TimestampFormat))
        {
            errors.AddError($"{Section}:FormatterOptions:TimestampFormat is no format of a time; one is 'yyyy-MM-dd HH:mm:ss '");
        }

        return errors.Build();
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
