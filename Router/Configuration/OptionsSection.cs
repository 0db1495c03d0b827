using Microsoft.Extensions.Options;

namespace WampRouter.Configuration;

/// <summary>
/// Binds a section of the host's configuration. The binder stops at the first value that does not fit; here each value is tried alone first,
/// so that every mistake is found.
/// </summary>
internal static class OptionsSection
{
    /// <summary>The options as far as they are right; what is wrong is added to <paramref name="mistakes"/>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="shape">Where lists and objects belong.</param>
    /// <param name="bind">Calls <c>Bind</c> with the options type written out, which is what the source-generated binder needs.</param>
    /// <param name="validator">Looks at what was bound.</param>
    /// <param name="mistakes">Gets what is wrong.</param>
    public static TOptions Read<TOptions>(
        IConfigurationSection section,
        OptionsShape shape,
        Action<IConfiguration, TOptions, bool> bind,
        IValidateOptions<TOptions> validator,
        List<ConfigurationMistake> mistakes)
        where TOptions : class, new()
    {
        var good = new Dictionary<string, string?>();
        foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true).OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase))
        {
            // An inner section has no value of its own; an empty list or object shows as one, and binds to nothing.
            if (string.IsNullOrEmpty(key) || value is null)
            {
                continue;
            }

            if ((shape.FindProblem(key, value) ?? FindProblem(key, value, bind)) is { } problem)
            {
                mistakes.Add(new ConfigurationMistake($"{section.Path}:{key}", problem));
            }
            else
            {
                good[key] = value;
            }
        }

        var options = new TOptions();
        bind(InMemory(good), options, false);
        if (validator.Validate(null, options) is { Failed: true } result)
        {
            mistakes.AddRange(result.Failures.Select(Describe));
        }

        return options;
    }

    private static string? FindProblem<TOptions>(string key, string value, Action<IConfiguration, TOptions, bool> bind)
        where TOptions : new()
    {
        var alone = InMemory([new(key, value)]);
        try
        {
            bind(alone, new TOptions(), false);
        }
        catch (InvalidOperationException e)
        {
            return e.InnerException?.Message ?? e.Message;
        }

        try
        {
            bind(alone, new TOptions(), true);
            return null;
        }
        catch (InvalidOperationException)
        {
            return "there is no such setting";
        }
    }

    // Validators say "Section:Key: what is wrong" or "Section:Key what is wrong".
    private static ConfigurationMistake Describe(string failure)
    {
        var end = failure.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? new ConfigurationMistake(failure, "is wrong") : new ConfigurationMistake(failure[..end].TrimEnd(':'), failure[(end + 1)..]);
    }

    private static IConfigurationRoot InMemory(IEnumerable<KeyValuePair<string, string?>> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
