using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Commands;

/// <summary>
/// Reads the arguments of a start: the two switches <c>--settings</c> and <c>--port</c>, and settings: <c>--WampRouter:Section:Key value</c>, <c>--…=value</c>, and the
/// same with <c>/</c> or nothing in front, as .NET's command line source takes them. That source passes over what it does not understand; here it is a problem.
/// </summary>
internal static class StartArgumentParser
{
    private const string SettingsSwitch = "--settings";
    private const string PortSwitch = "--port";

    /// <summary>Whether an argument is one of the switches, with or without a value behind '='.</summary>
    public static bool IsSwitch(string argument) => argument.Split('=', 2)[0] is SettingsSwitch or PortSwitch;

    /// <summary>Reads them all; on failure <paramref name="problem"/> says which one is not understood, and what was probably meant.</summary>
    public static bool TryParse(ReadOnlySpan<string> args, [NotNullWhen(true)] out StartArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        var settings = new List<KeyValuePair<string, string>>();
        var found = new StartArguments { Settings = settings };
        arguments = null;
        for (var i = 0; i < args.Length; i++)
        {
            var (key, value) = Split(args[i]);
            var isSwitch = IsSwitch(args[i]);
            if (!isSwitch && (!HostSettings.IsSetting(key) || args[i].StartsWith("---", StringComparison.Ordinal)))
            {
                problem = UnknownArgument.Describe(args[i]);
                return false;
            }

            if (value is null)
            {
                if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    problem = $"The {(isSwitch ? "switch" : "setting")} '{args[i]}' needs a value: --{key}=value";
                    return false;
                }

                value = args[++i];
            }

            if (!isSwitch)
            {
                settings.Add(new(key, value));
            }
            else if (!TryApply(ref found, $"--{key}", value, out problem))
            {
                return false;
            }
        }

        (arguments, problem) = (found, null);
        return true;
    }

    private static bool TryApply(ref StartArguments arguments, string name, string value, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (name == SettingsSwitch)
        {
            problem = value.Length == 0 ? "--settings takes the name of a file." : null;
            arguments = arguments with { SettingsFile = value };
        }
        else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort)
        {
            arguments = arguments with { Port = port };
        }
        else
        {
            problem = $"--port takes a number from 0 to {IPEndPoint.MaxPort} (0: any free port). A whole address is given as --WampRouter:Listeners:0:Url http://127.0.0.1:9000";
        }

        return problem is null;
    }

    private static (string Key, string? Value) Split(string argument)
    {
        var start = argument.StartsWith("--", StringComparison.Ordinal) ? 2 : argument.StartsWith('/') ? 1 : 0;
        var end = argument.IndexOf('=', StringComparison.Ordinal);
        return end < start ? (argument[start..], null) : (argument[start..end], argument[(end + 1)..]);
    }
}
