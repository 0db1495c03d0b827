using WampRouter.Configuration.Changes;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>What is different between two versions of a listener's settings, in sentences for the log. What certificates it has, and whose those of clients may be, is told by who loads them.</summary>
internal static class ListenerDifference
{
    private static readonly (string Key, SettingReach Reach, Func<ListenerOptions, object?> Value)[] Settings =
    [
        ("Url", SettingReach.Newcomers, static listener => listener.Url),
        ("Serves", SettingReach.Newcomers, static listener => string.Join(", ", ListenerServiceNames.WordsOf(listener.Services))),
        ("Path", SettingReach.Newcomers, static listener => listener.Path),
        ("SocketMode", SettingReach.Newcomers, static listener => listener.SocketMode),
        ("LongPollPath", SettingReach.Newcomers, static listener => listener.LongPollPath),
        ("HttpPath", SettingReach.Newcomers, static listener => listener.HttpPath),
        ("BehindProxy", SettingReach.Newcomers, static listener => listener.BehindProxy),
        ("TrustedProxies", SettingReach.Newcomers, static listener => listener.TrustedProxies),
        ("ProxyProtocol", SettingReach.Newcomers, static listener => listener.ProxyProtocol),
        ("Tls:MinVersion", SettingReach.Newcomers, static listener => TlsOf(listener).MinVersion),
        ("Tls:CipherSuites", SettingReach.Newcomers, static listener => TlsOf(listener).CipherSuites),
        ("Tls:ClientCertificates", SettingReach.Newcomers, static listener => Choices<ClientCertificateDemand>.WordOf(TlsOf(listener).ClientCertificates)),
        ("Tls:ClientAuthorities", SettingReach.Newcomers, static listener => TlsOf(listener).ClientAuthorities),
        ("Tls:ClientRevocation", SettingReach.Newcomers, static listener => Choices<RevocationCheck>.WordOf(TlsOf(listener).ClientRevocation)),
        ("MaxConnections", SettingReach.Everybody, static listener => listener.MaxConnections),
        ("MaxConnectionsPerAddress", SettingReach.Everybody, static listener => listener.MaxConnectionsPerAddress),
        ("MaxHandshakes", SettingReach.Everybody, static listener => listener.MaxHandshakes),
        ("JoinsPerSecond", SettingReach.Everybody, static listener => listener.JoinsPerSecond),
        ("JoinsPerSecondPerAddress", SettingReach.Everybody, static listener => listener.JoinsPerSecondPerAddress),
        ("MaxMessagesPerSecond", SettingReach.Everybody, static listener => listener.MaxMessagesPerSecond),
        ("MaxBytesPerSecond", SettingReach.Everybody, static listener => listener.MaxBytesPerSecond),
        ("MaxMessagesPerSecondPerAddress", SettingReach.Everybody, static listener => listener.MaxMessagesPerSecondPerAddress),
        ("MaxBytesPerSecondPerAddress", SettingReach.Everybody, static listener => listener.MaxBytesPerSecondPerAddress),
        ("IdleTimeout", SettingReach.Everybody, static listener => listener.IdleTimeout),
    ];

    /// <summary>The settings that are compared: a test compares them with those that can be set.</summary>
    public static IEnumerable<string> Keys => Settings.Select(setting => setting.Key);

    /// <summary>One sentence for each setting that is different.</summary>
    public static IEnumerable<string> Between(ListenerOptions before, ListenerOptions after) =>
        from setting in Settings
        let sentence = SettingsDifference.Find(setting.Key, setting.Value(before), setting.Value(after), setting.Reach)
        where sentence is not null
        select sentence;

    private static ListenerTlsOptions TlsOf(ListenerOptions listener) => listener.Tls ?? new ListenerTlsOptions();
}
