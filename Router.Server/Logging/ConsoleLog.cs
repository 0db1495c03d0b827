using Microsoft.Extensions.Logging.Console;
using WampRouter.Measures;
using WampRouter.Server.Configuration;
using WampRouter.Server.Machine;

namespace WampRouter.Server.Logging;

/// <summary>The stand-alone router's log: to the console, in the form that <c>Logging:Console</c> says, the executable as well as <c>dotnet run</c>.</summary>
internal static class ConsoleLog
{
    /// <summary>Adds it, and the <see cref="ConsoleOutput"/> through which everything goes that the running router has to say.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="levels">The section <c>Logging</c>, checked.</param>
    /// <param name="options">What it says of the console.</param>
    public static void AddConsoleLog(this ILoggingBuilder logging, IConfiguration levels, ConsoleLogOptions options)
    {
        logging.AddConfiguration(levels);
        logging.AddConsole();
        logging.ClearProviders();       // of .NET's console the formatters are wanted, not the writer
        logging.Services.AddSingleton(services =>
        {
            var formatter = Formatter(services);
            var output = StandardStreams.HasOutput ? Console.OpenStandardOutput() : Stream.Null;
            var error = StandardStreams.HasError ? Console.OpenStandardError() : Stream.Null;
            return new ConsoleOutput(output, error, options.MaxQueueLength, lines => ConsoleLogProvider.DescribeDropped(formatter, lines), new LogMetrics(services.GetRequiredKeyedService<RouterMeter>(Microsoft.Extensions.Options.Options.DefaultName)));
        });
        logging.Services.AddSingleton<ILoggerProvider>(services => new ConsoleLogProvider(Formatter(services), services.GetRequiredService<ConsoleOutput>(), options.LogToStandardErrorThreshold));
        ConfigureFormatters(logging.Services, options.FormatterOptions);

        ConsoleFormatter Formatter(IServiceProvider services) =>
            services.GetServices<ConsoleFormatter>().First(formatter => formatter.Name.Equals(options.FormatterName, StringComparison.OrdinalIgnoreCase));
    }

    private static void ConfigureFormatters(IServiceCollection services, ConsoleFormatOptions format)
    {
        services.Configure<SimpleConsoleFormatterOptions>(simple =>
        {
            Apply(simple, ConsoleFormatterNames.Simple);
            simple.SingleLine = format.SingleLine;
            simple.ColorBehavior = format.ColorBehavior;
        });
        services.Configure<ConsoleFormatterOptions>(systemd => Apply(systemd, ConsoleFormatterNames.Systemd));
        services.Configure<JsonConsoleFormatterOptions>(json =>
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
