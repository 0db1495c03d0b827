using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Configuration.Commands;

/// <summary>
/// The arguments that are settings: <c>--WampRouter:Section:Key value</c>, <c>--…=value</c>, and the same with <c>/</c> or nothing in front, as .NET's command line
/// source takes them. That source passes over what it does not understand; here it is a problem.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Reads them all; on failure <paramref name="problem"/> says which one is not understood, and what was probably meant.</summary>
    public static bool TryParse(
        ReadOnlySpan<string> args, [NotNullWhen(true)] out IReadOnlyList<KeyValuePair<string, string>>? settings, [NotNullWhen(false)] out string? problem)
    {
        var found = new List<KeyValuePair<string, string>>();
        (settings, problem) = (null, null);
        for (var i = 0; i < args.Length; i++)
        {
            var (key, value) = Split(args[i]);
            if (!HostSettings.IsSetting(key) || args[i].StartsWith("---", StringComparison.Ordinal))
            {
                problem = UnknownArgument.Describe(args[i]);
                return false;
            }

            if (value is null)
            {
                if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    problem = $"The setting '{args[i]}' needs a value: --{key}=value";
                    return false;
                }

                value = args[++i];
            }

            found.Add(new(key, value));
        }

        settings = found;
        return true;
    }

    private static (string Key, string? Value) Split(string argument)
    {
        var start = argument.StartsWith("--", StringComparison.Ordinal) ? 2 : argument.StartsWith('/') ? 1 : 0;
        var end = argument.IndexOf('=', StringComparison.Ordinal);
        return end < start ? (argument[start..], null) : (argument[start..end], argument[(end + 1)..]);
    }
}
