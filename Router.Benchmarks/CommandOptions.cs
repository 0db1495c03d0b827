using System.Globalization;

namespace WampRouter.Benchmarks;

/// <summary>The options behind a command: <c>--name value</c> or <c>--name</c>. Everything given must be asked for.</summary>
internal sealed class CommandOptions
{
    private readonly List<(string Name, string? Value)> _options = [];

    /// <param name="arguments">What follows the command.</param>
    public CommandOptions(ReadOnlySpan<string> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{arguments[i]}' is not an option");
            }

            var hasValue = i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _options.Add((arguments[i][2..], hasValue ? arguments[i + 1] : null));
            i += hasValue ? 1 : 0;
        }
    }

    /// <summary>Takes an option without value.</summary>
    public bool Flag(string name) => _options.RemoveAll(option => option.Name == name && option.Value is null) > 0;

    /// <summary>Takes every value of an option.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var values = _options.Where(option => option.Name == name && option.Value is not null).Select(option => option.Value!).ToArray();
        _options.RemoveAll(option => option.Name == name && option.Value is not null);
        return values;
    }

    /// <summary>Takes the last value of an option.</summary>
    public string? Text(string name) => Texts(name) is [.., var last] ? last : null;

    /// <summary>Takes a number.</summary>
    public int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"--{name} takes a number from {least} to {most}, not '{text}'");
    }

    /// <summary>Refuses what no command asked for.</summary>
    public void EnsureAllTaken()
    {
        if (_options.Count > 0)
        {
            throw new ArgumentException($"--{_options[0].Name} is unknown, or its value is missing or not wanted");
        }
    }
}
