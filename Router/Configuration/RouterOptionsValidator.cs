using Microsoft.Extensions.Options;
using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Configuration;

/// <summary>Every mistake in the host's settings at once.</summary>
/// <param name="places">Where relative paths of certificates are looked for.</param>
internal sealed class RouterOptionsValidator(FilePlaces places) : IValidateOptions<RouterOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RouterOptions options)
    {
        var problems = new List<string>();
        if (!IsDirectoryName(options.RealmsDirectory))
        {
            Add("RealmsDirectory", "must name the directory of the realm files");
        }

        if (!IsDirectoryName(options.DataDirectory))
        {
            Add("DataDirectory", "must name the directory where durable event histories are kept");
        }

        var taken = new List<ListenerAddress>();
        for (var i = 0; i < options.Listeners.Count; i++)
        {
            foreach (var (key, problem) in FindProblems(options.Listeners[i], taken))
            {
                Add($"Listeners:{i}:{key}", problem);
            }
        }

        problems.AddRange(new TransportOptionsValidator().Validate(null, options.Transports).Failures ?? []);
        problems.AddRange(new WampSessionOptionsValidator().Validate(null, options.Sessions).Failures ?? []);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Add(string key, string problem) => problems.Add($"{RouterOptions.SectionName}:{key}: {problem}");
    }

    /// <summary>Whether a directory can have this name.</summary>
    public static bool IsDirectoryName(string name) => !string.IsNullOrWhiteSpace(name) && !name.Contains('\0', StringComparison.Ordinal);

    private IEnumerable<(string Key, string Problem)> FindProblems(ListenerOptions listener, List<ListenerAddress> taken)
    {
        if (!IsPath(listener.Path))
        {
            yield return ("Path", "must begin with '/' and hold only letters, digits and '-', '.', '_', '~', '/', but no '//'");
        }

        if (listener.Path.Split('/').Any(segment => segment is "." or ".."))
        {
            yield return ("Path", "must not hold '.' or '..' between slashes, which clients take out");
        }

        foreach (var wrong in listener.FindProblems())
        {
            yield return wrong;
        }

        if (!ListenerAddress.TryParse(listener.Url, out var address, out var problem))
        {
            yield return ("Url", problem);
            yield break;
        }

        if (taken.Exists(address.Overlaps))
        {
            yield return ("Url", "is the address of another listener");
        }

        taken.Add(address);

        if (address.IsSecure != listener.Certificate is not null)
        {
            yield return address.IsSecure ? ("Url", "is 'https', which needs a 'Certificate'") : ("Certificate", "is of no use to an 'http' listener; make the URL 'https'");
        }
        else if (listener.Certificate is { } options)
        {
            if (options.Path.Length == 0)
            {
                yield return ("Certificate:Path", "must name the file of the certificate");
            }
            else if (!ListenerCertificate.TryLoad(options, places, out var certificate, out var unusable))
            {
                yield return ($"Certificate:{unusable.Key}", unusable.Text);
            }
            else
            {
                certificate.Dispose();
            }
        }
    }

    private static bool IsPath(string path) =>
        path.StartsWith('/') && !path.Contains("//", StringComparison.Ordinal) && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '/');
}
