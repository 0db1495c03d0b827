using WampRouter.Configuration;

namespace WampRouter.Client.Hosting;

/// <summary>The section of the application's configuration that a client's settings come from. Read once, when the settings are asked for.</summary>
internal sealed class SettingsSection(IConfiguration configuration)
{
    private const string Reconnect = nameof(WampClientSettings.Reconnect);

    /// <summary>The settings there are, to say what was probably meant by one that does not exist.</summary>
    private static readonly OptionsShape Shape = new(
        values:
        [
            nameof(WampClientSettings.Url), nameof(WampClientSettings.Realm), nameof(WampClientSettings.AuthId), nameof(WampClientSettings.Ticket), nameof(WampClientSettings.Secret), nameof(WampClientSettings.Token), nameof(WampClientSettings.MaxSecretIterations), nameof(WampClientSettings.Batched),
            nameof(WampClientSettings.WaitForConnection), nameof(WampClientSettings.WhenDisconnected), nameof(WampClientSettings.Resume), nameof(WampClientSettings.ResumeKeptBytes),
            nameof(WampClientSettings.JoinTimeout), nameof(WampClientSettings.CloseTimeout), nameof(WampClientSettings.MaxUnsentBytes), nameof(WampClientSettings.SendExceptionMessages),
            $"{Reconnect}:{nameof(WampReconnectSettings.Enabled)}", $"{Reconnect}:{nameof(WampReconnectSettings.RetryFirstConnect)}", $"{Reconnect}:{nameof(WampReconnectSettings.WhenRefused)}",
            $"{Reconnect}:{nameof(WampReconnectSettings.InitialDelay)}", $"{Reconnect}:{nameof(WampReconnectSettings.MaxDelay)}", $"{Reconnect}:{nameof(WampReconnectSettings.MaxAttempts)}",
        ],
        lists: [nameof(WampClientSettings.Serializers)],
        objects: [Reconnect],
        choices: new Dictionary<string, string[]>
        {
            [$"{nameof(WampClientSettings.Serializers)}:*"] = Enum.GetNames<WampSerializer>(),
            [nameof(WampClientSettings.WhenDisconnected)] = Enum.GetNames<WampDisconnectedBehavior>(),
            [$"{Reconnect}:{nameof(WampReconnectSettings.WhenRefused)}"] = Enum.GetNames<WampRefusedBehavior>(),
        });

    private readonly Lazy<SettingValues> _values = new(() => SettingValues.Sift<WampClientSettings>(
        configuration, Shape, static (section, settings, strict) => section.Bind(settings, binder => binder.ErrorOnUnknownConfiguration = strict)));

    /// <summary>What cannot be read: the key below the section, and why.</summary>
    public IEnumerable<(string Key, string Problem)> Problems =>
        configuration is IConfigurationSection { Value.Length: > 0 } ? [("", "has settings of its own: write { … }"), .. _values.Value.Problems] : _values.Value.Problems;

    /// <summary>Reads what can be read.</summary>
    public void Bind(WampClientSettings settings) => _values.Value.Good.Bind(settings);

    /// <summary>The key of a setting in the application's configuration.</summary>
    public string PathOf(string key) =>
        configuration is not IConfigurationSection { Path: { Length: > 0 } path } ? key
        : key.Length == 0 ? path
        : $"{path}:{key}";
}
