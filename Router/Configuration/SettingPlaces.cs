using System.Globalization;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>
/// Finds where a setting was written: line and column of a file, an environment variable, an argument. Files are read again for that, with a parser that remembers
/// places; only mistakes need it.
/// </summary>
internal sealed class SettingPlaces(IConfiguration configuration)
{
    private readonly Dictionary<string, (SourceText Source, DocumentNode Root)?> _files = new(StringComparer.Ordinal);

    /// <summary>A mistake in a setting, with its place. One that is missing is told of where it would stand.</summary>
    public ConfigurationMistake Mistake(string key, string message)
    {
        for (var at = key; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf(':'))])
        {
            if ((FindProvider(configuration, at, HasValue) ?? FindProvider(configuration, at, HasSettings)) is { } provider)
            {
                return Describe(provider, at, key, message);
            }
        }

        return new ConfigurationMistake(key, message);      // nobody wrote it: a default
    }

    /// <summary>The one whose value counts: the last.</summary>
    private static IConfigurationProvider? FindProvider(IConfiguration configuration, string key, Func<IConfigurationProvider, string, bool> has)
    {
        foreach (var provider in (configuration as IConfigurationRoot)?.Providers.Reverse() ?? [])
        {
            var found = provider is ChainedConfigurationProvider chained ? FindProvider(chained.Configuration, key, has)
                : has(provider, key) ? provider
                : null;
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private static bool HasValue(IConfigurationProvider provider, string key) => provider.TryGet(key, out var value) && !string.IsNullOrEmpty(value);

    private static bool HasSettings(IConfigurationProvider provider, string key) => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any();

    private ConfigurationMistake Describe(IConfigurationProvider provider, string at, string key, string message) => provider switch
    {
        NamedSettings named => new ConfigurationMistake(named.PlaceOf(at), message) { Path = at == key ? null : key },
        FileConfigurationProvider file => InFile(file, at, key, message),
        EnvironmentVariablesConfigurationProvider => new ConfigurationMistake($"environment variable {key.Replace(":", "__", StringComparison.Ordinal)}", message),
        CommandLineConfigurationProvider => new ConfigurationMistake($"argument --{key}", message),
        _ => new ConfigurationMistake(key, message),
    };

    private ConfigurationMistake InFile(FileConfigurationProvider provider, string at, string key, string message)
    {
        var path = provider.Source.FileProvider?.GetFileInfo(provider.Source.Path ?? "").PhysicalPath ?? provider.Source.Path ?? "";
        if (!_files.TryGetValue(path, out var file))
        {
            _files[path] = file = Parse(path);
        }

        var mistake = new ConfigurationMistake(path, message) { Path = key };
        return file is { } found ? mistake with { Position = found.Source.PositionOf(OffsetOf(found.Root, at)) } : mistake;
    }

    private static (SourceText Source, DocumentNode Root)? Parse(string path) =>
        SourceFile.Read(path, []) is { } source && DocumentParser.Parse(new MistakeList(source)) is { } root ? (source, root) : null;

    /// <summary>Where the key of the setting stands, or of the innermost that it is in.</summary>
    private static int OffsetOf(DocumentNode node, string key)
    {
        foreach (var segment in key.Split(':'))
        {
            var child = node.Kind == NodeKind.List
                ? int.TryParse(segment, CultureInfo.InvariantCulture, out var index) ? node.Children.ElementAtOrDefault(index) : null
                : node.Children.LastOrDefault(member => segment.Equals(member.Key, StringComparison.OrdinalIgnoreCase));
            if (child is null)
            {
                break;
            }

            node = child;
        }

        return node.Key is null ? node.Offset : node.KeyOffset;
    }
}
