using Microsoft.Extensions.Configuration;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Transports;

namespace WampRouter.Tests.Transports;

internal sealed class TransportOptionsTests
{
    [Test]
    public void Options_Absent_AreTheDefaults()
    {
        var (options, _) = Read([]);

        Assert.That((options.MaxMessageBytes, options.OutboxBytes, options.PingInterval), Is.EqualTo((1 << 20, 8 << 20, TimeSpan.FromSeconds(30))));
        Assert.That((options.AllowedOrigins, options.AllowLoopbackOrigins), Is.EqualTo((Array.Empty<string>(), true)));
    }

    [Test]
    public void Options_AllGiven_AreTaken()
    {
        var (options, _) = Read(new()
        {
            ["MaxMessageBytes"] = "2048",
            ["MaxOversizeBytes"] = "2049",
            ["MaxMessageBytesBeforeLogin"] = "2047",
            ["InboundTotalBytes"] = "8192",
            ["MessageTimeout"] = "00:00:09",
            ["StallTimeout"] = "00:00:08",
            ["MaxMessagesPerSecond"] = "100",
            ["MaxBytesPerSecond"] = "1024",
            ["MaxMessagesPerSecondPerAddress"] = "200",
            ["MaxBytesPerSecondPerAddress"] = "2048",
            ["RateBurst"] = "00:00:05",
            ["OutboxBytes"] = "65536",
            ["OutboxTotalBytes"] = "5000000000",
            ["PingInterval"] = "00:01:00",
            ["PingTimeout"] = "00:00:05",
            ["CloseTimeout"] = "00:00:03",
            ["HandshakeTimeout"] = "00:00:04",
            ["MaxConnections"] = "7",
            ["MaxConnectionsPerAddress"] = "6",
            ["MaxHandshakes"] = "5",
            ["JoinsPerSecond"] = "4",
            ["JoinsPerSecondPerAddress"] = "3",
            ["AllowedOrigins:0"] = "https://app.example.com",
            ["AllowedOrigins:1"] = "*",
            ["AllowLoopbackOrigins"] = "false",
            ["Compression:Enabled"] = "true",
            ["Compression:ThresholdBytes"] = "10",
            ["Compression:ContextTakeover"] = "true",
            ["Compression:TotalBytes"] = "1048576",
        });

        Assert.That((options.MaxMessageBytes, options.MaxOversizeBytes, options.OutboxBytes, options.OutboxTotalBytes, options.MaxConnections), Is.EqualTo((2048, 2049, 65536, 5_000_000_000L, 7)));
        Assert.That((options.PingInterval.TotalSeconds, options.PingTimeout.TotalSeconds, options.CloseTimeout.TotalSeconds, options.HandshakeTimeout.TotalSeconds), Is.EqualTo((60, 5, 3, 4)));
        Assert.That((options.MaxMessageBytesBeforeLogin, options.InboundTotalBytes, options.MessageTimeout.TotalSeconds, options.StallTimeout.TotalSeconds), Is.EqualTo((2047, 8192L, 9, 8)));
        Assert.That((options.MaxConnectionsPerAddress, options.MaxHandshakes, options.JoinsPerSecond, options.JoinsPerSecondPerAddress), Is.EqualTo((6, 5, 4, 3)));
        Assert.That((options.MaxMessagesPerSecond, options.MaxBytesPerSecond, options.MaxMessagesPerSecondPerAddress, options.MaxBytesPerSecondPerAddress, options.RateBurst.TotalSeconds), Is.EqualTo((100, 1024L, 200, 2048L, 5)));
        Assert.That(options.AllowLoopbackOrigins, Is.False);
        Assert.That((options.Compression.Enabled, options.Compression.ThresholdBytes, options.Compression.ContextTakeover, options.Compression.TotalBytes), Is.EqualTo((true, 10, true, 1L << 20)));
        Assert.That(options.AllowedOrigins, Is.EqualTo(new[] { "https://app.example.com", "*" }));
    }

    [Test]
    public void Options_SeveralWrong_AreAllNamedAtOnce()
    {
        var (_, mistakes) = Read(new()
        {
            ["MaxMessageBytes"] = "16777217",
            ["MaxMessageBytesBeforeLogin"] = "1023",
            ["InboundTotalBytes"] = "8191",
            ["MessageTimeout"] = "01:00:01",
            ["StallTimeout"] = "00:00:00",
            ["MaxMessagesPerSecond"] = "0",
            ["MaxBytesPerSecond"] = "1023",
            ["MaxMessagesPerSecondPerAddress"] = "0",
            ["MaxBytesPerSecondPerAddress"] = "1023",
            ["RateBurst"] = "00:00:00",
            ["OutboxBytes"] = "1",
            ["OutboxTotalBytes"] = "0",
            ["PingInterval"] = "00:00:00",
            ["PingTimeout"] = "02:00:00",
            ["MaxConnections"] = "0",
            ["MaxConnectionsPerAddress"] = "0",
            ["MaxHandshakes"] = "0",
            ["JoinsPerSecond"] = "0",
            ["JoinsPerSecondPerAddress"] = "-1",
            ["AllowedOrigins:0"] = "app.example.com",
            ["AllowedOrigins:1"] = "https://app.example.com/path",
            ["Compression:ThresholdBytes"] = "-1",
            ["Compression:TotalBytes"] = "1048575",
        });

        Assert.That(mistakes.Select(mistake => mistake.Source), Is.EquivalentTo(new[]
        {
            "WampRouter:Transports:MaxMessageBytes", "WampRouter:Transports:OutboxBytes", "WampRouter:Transports:OutboxTotalBytes", "WampRouter:Transports:MaxConnections",
            "WampRouter:Transports:MaxMessageBytesBeforeLogin", "WampRouter:Transports:InboundTotalBytes", "WampRouter:Transports:MessageTimeout", "WampRouter:Transports:StallTimeout",
            "WampRouter:Transports:MaxMessagesPerSecond", "WampRouter:Transports:MaxBytesPerSecond", "WampRouter:Transports:MaxMessagesPerSecondPerAddress", "WampRouter:Transports:MaxBytesPerSecondPerAddress",
            "WampRouter:Transports:RateBurst",
            "WampRouter:Transports:MaxConnectionsPerAddress", "WampRouter:Transports:MaxHandshakes", "WampRouter:Transports:JoinsPerSecond", "WampRouter:Transports:JoinsPerSecondPerAddress",
            "WampRouter:Transports:PingInterval", "WampRouter:Transports:PingTimeout", "WampRouter:Transports:AllowedOrigins", "WampRouter:Transports:AllowedOrigins",
            "WampRouter:Transports:Compression:ThresholdBytes", "WampRouter:Transports:Compression:TotalBytes",
        }));
    }

    [Test]
    public void Options_UnknownKey_IsAnError()
    {
        var (_, mistakes) = Read(new() { ["MaxMesageBytes"] = "2048" });

        Assert.That(mistakes.Single().ToString(), Is.EqualTo("WampRouter:Transports:MaxMesageBytes: there is no such setting; did you mean 'MaxMessageBytes'?"));
    }

    private static (TransportOptions Options, IReadOnlyList<ConfigurationMistake> Mistakes) Read(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"{TransportOptions.SectionName}:{s.Key}", s.Value)))
            .Build();
        var root = Path.GetTempPath();
        var read = StandAloneSettings.Load(configuration, root, root);
        return (read.Options.Transports, [.. read.Mistakes.Where(mistake => mistake.Source.StartsWith(WampRouterOptions.SectionName, StringComparison.Ordinal))]);
    }
}
