using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Configuration;

/// <summary>Settings from the environment or from arguments that remember how they were written.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is named for what it holds.")]
internal sealed class NamedSettings : ConfigurationProvider, IConfigurationSource
{
    private readonly Dictionary<string, string> _places = new(StringComparer.OrdinalIgnoreCase);

    private NamedSettings()
    {
    }

    /// <summary>The settings among environment variables, such as <c>WampRouter__Transports__OutboxBytes</c>.</summary>
    /// <param name="variables">All of them.</param>
    /// <param name="isSetting">Which keys are settings: other programs have variables too.</param>
    public static NamedSettings FromEnvironment(IEnumerable<KeyValuePair<string, string>> variables, Func<string, bool> isSetting)
    {
        var settings = new NamedSettings();
        foreach (var (name, value) in variables)
        {
            var key = name.Replace("__", ":", StringComparison.Ordinal);
            if (isSetting(key))
            {
                settings.Add(key, value, $"environment variable {name}");
            }
        }

        return settings;
    }

    /// <summary>The settings among the arguments, parsed already.</summary>
    public static NamedSettings FromArguments(IEnumerable<KeyValuePair<string, string>> arguments)
    {
        var settings = new NamedSettings();
        foreach (var (key, value) in arguments)
        {
            settings.Add(key, value, $"argument --{key}");
        }

        return settings;
    }

    /// <summary>One setting that is said in other words.</summary>
    public static NamedSettings Of(string key, string value, string place)
    {
        var settings = new NamedSettings();
        settings.Add(key, value, place);
        return settings;
    }

    /// <summary>Where a setting, or the first of those below it, was written.</summary>
    public string PlaceOf(string key) => _places.TryGetValue(key, out var place)
        ? place
        : _places.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase).First(entry => entry.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)).Value;

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Add(string key, string value, string place)
    {
        Data[key] = value;
        _places[key] = place;
    }
}
