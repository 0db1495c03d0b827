using Microsoft.Extensions.Options;

namespace WampRouter.Client.Hosting;

/// <summary>Finds every mistake in the settings of one client, and names the key of each.</summary>
internal sealed class SettingsValidator(string client, IOptionsMonitor<ClientParts> parts) : IValidateOptions<WampClientSettings>
{
    private const int LeastBytes = 1024;

    public ValidateOptionsResult Validate(string? name, WampClientSettings options)
    {
        if (name != client)
        {
            return ValidateOptionsResult.Skip;
        }

        var part = parts.Get(client);
        var mistakes = Mistakes(options, part).Select(mistake => $"{part.KeyPrefix}{mistake}").ToArray();
        return mistakes.Length > 0 ? ValidateOptionsResult.Fail(mistakes) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Mistakes(WampClientSettings settings, ClientParts parts)
    {
        if (string.IsNullOrEmpty(settings.Url))
        {
            if (parts.Transport is null)
            {
                yield return $"{nameof(settings.Url)} is missing: the router's address, such as wss://example.com/ws";
            }
        }
        else if (parts.Transport is not null)
        {
            yield return $"{nameof(settings.Url)} and {nameof(WampClientBuilder.UseTransport)} are both given: leave one of them out";
        }
        else if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("ws" or "wss"))
        {
            yield return $"{nameof(settings.Url)} must begin with ws:// or wss://, but is '{settings.Url}'";
        }

        if (string.IsNullOrEmpty(settings.Realm))
        {
            yield return $"{nameof(settings.Realm)} is missing: the realm to join";
        }

        foreach (var mistake in LoginMistakes(settings, parts).Concat(LimitMistakes(settings)).Concat(ReconnectMistakes(settings)))
        {
            yield return mistake;
        }
    }

    private static IEnumerable<string> LoginMistakes(WampClientSettings settings, ClientParts parts)
    {
        var (hasUser, hasTicket) = (!string.IsNullOrEmpty(settings.AuthId), !string.IsNullOrEmpty(settings.Ticket));
        if (parts.Authentication is not null && (hasUser || hasTicket))
        {
            yield return $"{nameof(settings.AuthId)} and {nameof(settings.Ticket)} must be left out, because {nameof(WampClientBuilder.UseAuthentication)} is called";
        }
        else if (hasUser != hasTicket)
        {
            yield return hasUser
                ? $"{nameof(settings.Ticket)} is missing: the ticket of '{settings.AuthId}'"
                : $"{nameof(settings.AuthId)} is missing: the user whose {nameof(settings.Ticket)} is given";
        }
    }

    private static IEnumerable<string> LimitMistakes(WampClientSettings settings)
    {
        if (settings.JoinTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(settings.JoinTimeout)} must be positive";
        }

        if (settings.CloseTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(settings.CloseTimeout)} must be positive";
        }

        if (settings.MaxUnsentBytes < LeastBytes)
        {
            yield return $"{nameof(settings.MaxUnsentBytes)} must be at least {LeastBytes}";
        }

        if (settings.ResumeKeptBytes < LeastBytes)
        {
            yield return $"{nameof(settings.ResumeKeptBytes)} must be at least {LeastBytes}";
        }
    }

    private static IEnumerable<string> ReconnectMistakes(WampClientSettings settings)
    {
        const string Section = nameof(settings.Reconnect);
        var reconnect = settings.Reconnect;
        if (settings.Resume && !reconnect.Enabled)
        {
            yield return $"{nameof(settings.Resume)} needs {Section}:{nameof(reconnect.Enabled)}";
        }

        if (reconnect.InitialDelay <= TimeSpan.Zero)
        {
            yield return $"{Section}:{nameof(reconnect.InitialDelay)} must be positive";
        }

        if (reconnect.MaxDelay < reconnect.InitialDelay)
        {
            yield return $"{Section}:{nameof(reconnect.MaxDelay)} must not be shorter than {nameof(reconnect.InitialDelay)}";
        }

        if (reconnect.MaxAttempts < 1)
        {
            yield return $"{Section}:{nameof(reconnect.MaxAttempts)} must be at least 1";
        }
    }
}
