using Microsoft.Extensions.Logging.Console;

namespace WampRouter.Server.Configuration;

/// <summary>How lines are written to the console. Section <c>Logging:Console</c>, with the keys of the .NET console logger.</summary>
internal sealed class ConsoleLogOptions
{
    /// <summary><c>simple</c>, <c>systemd</c> or <c>json</c>.</summary>
    public string FormatterName { get; set; } = ConsoleFormatterNames.Simple;

    /// <summary>Lines of this level and above go to standard error.</summary>
    public LogLevel LogToStandardErrorThreshold { get; set; } = LogLevel.None;

    /// <summary>Lines that may wait for the console, 1 to 1,000,000; further ones are dropped and counted.</summary>
    public int MaxQueueLength { get; set; } = 2_500;

    /// <summary>What the formatter is told.</summary>
    public ConsoleFormatOptions FormatterOptions { get; set; } = new();
}

/// <summary>What the formatters of the console can be told; each takes what concerns it.</summary>
internal sealed class ConsoleFormatOptions
{
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffzzz";

    /// <summary>As .NET formats times; empty for none. Null: to the millisecond, but none for systemd, whose journal notes the time itself.</summary>
    public string? TimestampFormat { get; set; }

    /// <summary>Universal instead of local time.</summary>
    public bool UseUtcTimestamp { get; set; }

    /// <summary>Whether scopes are written, which ASP.NET Core opens for HTTP requests.</summary>
    public bool IncludeScopes { get; set; }

    /// <summary>Simple: one line for each event.</summary>
    public bool SingleLine { get; set; } = true;

    /// <summary>Simple: whether levels are coloured.</summary>
    public LoggerColorBehavior ColorBehavior { get; set; }

    /// <summary>JSON: how it is written.</summary>
    public JsonLogOptions JsonWriterOptions { get; set; } = new();

    /// <summary>The format of the time for a formatter.</summary>
    public string? TimestampFormatFor(string formatter) => TimestampFormat switch
    {
        "" => null,
        null => formatter.ToUpperInvariant() switch
        {
            "SYSTEMD" => null,
            "JSON" => Time,
            _ => $"{Time} ",
        },
        var given => given,
    };
}

/// <summary>How JSON lines are written.</summary>
internal sealed class JsonLogOptions
{
    /// <summary>Over several lines, for people.</summary>
    public bool Indented { get; set; }
}
