using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Configuration;

/// <summary>Every mistake in a router's settings at once.</summary>
internal static class WampRouterOptionsValidator
{
    /// <summary>What is wrong: the key of the setting below the router's section, and why.</summary>
    public static IEnumerable<(string Key, string Problem)> FindProblems(WampRouterOptions options)
    {
        if (!IsDirectoryName(options.RealmsDirectory))
        {
            yield return ("RealmsDirectory", "must name the directory of the realm files");
        }

        if (!IsDirectoryName(options.DataDirectory))
        {
            yield return ("DataDirectory", "must name the directory where durable event histories are kept");
        }

        // Code can set anything to null.
        if (options.Transports is null)
        {
            yield return (nameof(options.Transports), "must not be null");
        }

        if (options.Sessions is null)
        {
            yield return (nameof(options.Sessions), "must not be null");
        }

        var transports = options.Transports is null ? null : new TransportOptionsValidator().Validate(null, options.Transports).Failures;
        var sessions = options.Sessions is null ? null : new WampSessionOptionsValidator().Validate(null, options.Sessions).Failures;
        foreach (var failure in (string[])[.. transports ?? [], .. sessions ?? []])
        {
            var (key, problem) = Split(failure);
            yield return (key[(WampRouterOptions.SectionName.Length + 1)..], problem);
        }
    }

    /// <summary>Whether a directory can have this name.</summary>
    public static bool IsDirectoryName(string name) => !string.IsNullOrWhiteSpace(name) && !name.Contains('\0', StringComparison.Ordinal);

    /// <summary>Validators say <c>Section:Key: what is wrong</c> or <c>Section:Key what is wrong</c>.</summary>
    public static (string Key, string Problem) Split(string failure)
    {
        var end = failure.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? (failure, "is wrong") : (failure[..end].TrimEnd(':'), failure[(end + 1)..]);
    }
}
