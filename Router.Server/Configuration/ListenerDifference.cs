using WampRouter.Configuration.Changes;

namespace WampRouter.Server.Configuration;

/// <summary>What is different between two versions of a listener's settings, in sentences for the log. What certificate it has is told by who loads it.</summary>
internal static class ListenerDifference
{
    private static readonly (string Key, SettingReach Reach, Func<ListenerOptions, object?> Value)[] Settings =
    [
        ("Url", SettingReach.Newcomers, static listener => listener.Url),
        ("Serves", SettingReach.Newcomers, static listener => string.Join(", ", ListenerServiceNames.WordsOf(listener.Services))),
        ("Path", SettingReach.Newcomers, static listener => listener.Path),
        ("LongPollPath", SettingReach.Newcomers, static listener => listener.LongPollPath),
        ("BehindProxy", SettingReach.Newcomers, static listener => listener.BehindProxy),
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
}
