using Microsoft.Extensions.Logging.Console;
using WampRouter.Configuration;

namespace WampRouter;

/// <summary>The stand-alone router's log: to the console, in the form that <c>Logging:Console</c> says, the executable as well as <c>dotnet run</c>.</summary>
internal static class ConsoleLog
{
    /// <summary>Adds it.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="levels">The section <c>Logging</c>, checked.</param>
    /// <param name="options">What it says of the console.</param>
    public static void AddConsoleLog(this ILoggingBuilder logging, IConfiguration levels, ConsoleLogOptions options)
    {
        var format = options.FormatterOptions;
        logging.AddConfiguration(levels);
        logging.AddConsole(console =>
        {
            console.FormatterName = options.FormatterName;
            console.LogToStandardErrorThreshold = options.LogToStandardErrorThreshold;
            console.QueueFullMode = options.QueueFullMode;
            console.MaxQueueLength = options.MaxQueueLength;
        });
        logging.Services.Configure<SimpleConsoleFormatterOptions>(simple =>
        {
            Apply(simple, ConsoleFormatterNames.Simple);
            simple.SingleLine = format.SingleLine;
            simple.ColorBehavior = format.ColorBehavior;
        });
        logging.Services.Configure<ConsoleFormatterOptions>(systemd => Apply(systemd, ConsoleFormatterNames.Systemd));
        logging.Services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            Apply(json, ConsoleFormatterNames.Json);
            json.JsonWriterOptions = json.JsonWriterOptions with { Indented = format.JsonWriterOptions.Indented };
        });

        void Apply(ConsoleFormatterOptions formatter, string name)
        {
            formatter.TimestampFormat = format.TimestampFormatFor(name);
            formatter.UseUtcTimestamp = format.UseUtcTimestamp;
            formatter.IncludeScopes = format.IncludeScopes;
        }
    }
}
