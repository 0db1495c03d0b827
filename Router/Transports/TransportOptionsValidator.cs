using Microsoft.Extensions.Options;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>Gathers every mistake, so that one start shows them all.</summary>
internal sealed class TransportOptionsValidator : IValidateOptions<TransportOptions>
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const int GiB = 1024 * MiB;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TransportOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Check(options.MaxMessageBytes is >= KiB and <= 16 * MiB, nameof(options.MaxMessageBytes), "must be 1024 (1 KiB) to 16777216 (16 MiB)");
        Check(options.MaxOversizeBytes >= Math.Min(options.MaxMessageBytes, 16 * MiB) && options.MaxOversizeBytes <= GiB, nameof(options.MaxOversizeBytes), "must be at least MaxMessageBytes, and at most 1073741824 (1 GiB)");
        Check(options.MaxMessageBytesBeforeLogin is >= KiB and <= 16 * MiB, nameof(options.MaxMessageBytesBeforeLogin), "must be 1024 (1 KiB) to 16777216 (16 MiB)");
        Check(options.InboundTotalBytes is null || options.InboundTotalBytes >= TransportOptions.LeastInboundTotal(options), nameof(options.InboundTotalBytes), "must be at least four times MaxMessageBytes, or absent for an eighth of the memory");
        Check(options.OutboxBytes is >= 64 * KiB, nameof(options.OutboxBytes), "must be at least 65536 (64 KiB)");
        Check(options.OutboxTotalBytes is null || options.OutboxTotalBytes >= options.OutboxBytes, nameof(options.OutboxTotalBytes), "must be at least OutboxBytes, or absent for a quarter of the memory");
        CheckCount(options.MaxConnections, nameof(options.MaxConnections));
        CheckCount(options.MaxConnectionsPerAddress, nameof(options.MaxConnectionsPerAddress));
        CheckCount(options.MaxHandshakes, nameof(options.MaxHandshakes));
        CheckCount(options.JoinsPerSecond, nameof(options.JoinsPerSecond));
        CheckCount(options.JoinsPerSecondPerAddress, nameof(options.JoinsPerSecondPerAddress));
        CheckTime(options.PingInterval, nameof(options.PingInterval));
        CheckTime(options.PingTimeout, nameof(options.PingTimeout));
        CheckTime(options.LongPollWait, nameof(options.LongPollWait));
        CheckTime(options.LongPollTimeout, nameof(options.LongPollTimeout));
        CheckTime(options.HttpSessionIdle, nameof(options.HttpSessionIdle));
        Check(options.HttpHeldBytes >= 0, nameof(options.HttpHeldBytes), "must not be negative");
        Check(options.LongPollMaxSends >= 1, nameof(options.LongPollMaxSends), "must be at least 1");
        CheckTime(options.CloseTimeout, nameof(options.CloseTimeout));
        CheckTime(options.HandshakeTimeout, nameof(options.HandshakeTimeout));
        CheckCount(options.MaxMessagesPerSecond, nameof(options.MaxMessagesPerSecond));
        CheckCount(options.MaxMessagesPerSecondPerAddress, nameof(options.MaxMessagesPerSecondPerAddress));
        Check(options.MaxBytesPerSecond is null or >= TransportOptions.LeastBytesPerSecond, nameof(options.MaxBytesPerSecond), "must be at least 1024 (1 KiB), or absent for no limit");
        Check(options.MaxBytesPerSecondPerAddress is null or >= TransportOptions.LeastBytesPerSecond, nameof(options.MaxBytesPerSecondPerAddress), "must be at least 1024 (1 KiB), or absent for no limit");
        CheckTime(options.RateBurst, nameof(options.RateBurst));
        CheckTime(options.StallTimeout, nameof(options.StallTimeout));
        CheckTime(options.MessageTimeout, nameof(options.MessageTimeout));
        CheckCompression(options.Compression);
        Check(options.AllowedOrigins is not null, nameof(options.AllowedOrigins), "must not be null; an empty list allows no pages but the router's own");
        foreach (var origin in options.AllowedOrigins ?? [])
        {
            var mistake = origin is null ? "names no page" : WebOrigin.FindMistake(origin);
            Check(mistake is null, nameof(options.AllowedOrigins), $"holds {(origin is null ? "null" : $"'{origin}'")}, which {mistake}");
        }

        return errors.Build();

        void Check(bool holds, string option, string rule)
        {
            if (!holds)
            {
                errors.AddError($"{TransportOptions.SectionName}:{option} {rule}.");
            }
        }

        void CheckCompression(CompressionOptions? compression)
        {
            const string Section = nameof(TransportOptions.Compression);
            Check(compression is not null, Section, "must not be null");
            Check(compression is null or { ThresholdBytes: >= 0 and <= 16 * MiB }, $"{Section}:{nameof(compression.ThresholdBytes)}", "must be 0 to 16777216 (16 MiB)");
            Check(compression is null or { TotalBytes: >= MiB }, $"{Section}:{nameof(compression.TotalBytes)}", "must be at least 1048576 (1 MiB)");
        }

        void CheckCount(int? value, string option) => Check(value is null or > 0, option, "must be at least 1, or absent for the default");

        void CheckTime(TimeSpan value, string option) =>
            Check(value > TimeSpan.Zero && value <= TransportOptions.LongestTimeout, option, "must be longer than 00:00:00 and at most 01:00:00");
    }
}
