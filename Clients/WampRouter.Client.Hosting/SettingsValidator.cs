using Microsoft.Extensions.Options;

namespace WampRouter.Client.Hosting;

/// <summary>Finds every mistake in the settings of one client, and names the key of each.</summary>
internal sealed class SettingsValidator(string client, IOptionsMonitor<ClientParts> parts) : IValidateOptions<WampClientSettings>
{
    private const int LeastBytes = 1024;
    private const string NoSuchValue = "is not one of its values";

    /// <summary>A little less than timers take.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(49);

    public ValidateOptionsResult Validate(string? name, WampClientSettings options)
    {
        if (name != client)
        {
            return ValidateOptionsResult.Skip;
        }

        var part = parts.Get(client);
        List<(string Key, string Problem)> problems = [.. part.Section?.Problems ?? []];

        // What could not be read has its default here.
        var unread = problems.Select(found => found.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        problems.AddRange(FindProblems(options, part).Where(found => !unread.Contains(found.Key)));
        return problems.Count > 0
            ? ValidateOptionsResult.Fail(problems.Select(found => $"{part.Section?.PathOf(found.Key) ?? found.Key}: {found.Problem}"))
            : ValidateOptionsResult.Success;
    }

    private static IEnumerable<(string Key, string Problem)> FindProblems(WampClientSettings settings, ClientParts parts) =>
    [
        .. RouterProblems(settings, parts), .. LoginProblems(settings, parts), .. SerializerProblems(settings), .. LimitProblems(settings), .. ReconnectProblems(settings.Reconnect, settings.Resume),
    ];

    private static IEnumerable<(string Key, string Problem)> RouterProblems(WampClientSettings settings, ClientParts parts)
    {
        const string Key = nameof(settings.Url);
        if (parts.Transport is not null)
        {
            if (!string.IsNullOrEmpty(settings.Url))
            {
                yield return (Key, $"must be left out, because {nameof(WampClientBuilder.UseTransport)} is called");
            }

            if (settings.Batched)
            {
                yield return (nameof(settings.Batched), $"must be left out, because {nameof(WampClientBuilder.UseTransport)} is called: say it of the transport");
            }
        }
        else if (string.IsNullOrEmpty(settings.Url))
        {
            yield return (Key, "is missing: the router's address, such as wss://example.com/ws or tcp://example.com:8080");
        }
        else if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var uri) || !WampTransport.TryFor(uri, out _))
        {
            yield return (Key, $"must be an address that begins with ws:// or wss://, such as wss://example.com/ws, or for RawSocket with tcp://, tcps:// or unix:, such as tcp://example.com:8080, not '{settings.Url}'");
        }
        else if (settings.Batched && uri.Scheme is not ("ws" or "wss"))
        {
            yield return (nameof(settings.Batched), "must be left out, because RawSocket sends together what is ready, without a word for it");
        }

        if (string.IsNullOrEmpty(settings.Realm))
        {
            yield return (nameof(settings.Realm), "is missing: the realm to join");
        }
    }

    private static IEnumerable<(string Key, string Problem)> LoginProblems(WampClientSettings settings, ClientParts parts)
    {
        (string Key, string? Value)[] login = [(nameof(settings.AuthId), settings.AuthId), (nameof(settings.Ticket), settings.Ticket), (nameof(settings.Secret), settings.Secret), (nameof(settings.Token), settings.Token)];
        string[] given = [.. login.Where(static setting => !string.IsNullOrEmpty(setting.Value)).Select(static setting => setting.Key)];
        if (parts.Authentication is not null)
        {
            foreach (var key in given)
            {
                yield return (key, $"must be left out, because {nameof(WampClientBuilder.UseAuthentication)} is called");
            }
        }
        else if (!string.IsNullOrEmpty(settings.Token))
        {
            foreach (var key in given.Where(static key => key != nameof(settings.Token)))
            {
                yield return (key, $"must be left out where there is a {nameof(settings.Token)}, which alone says who the client is");
            }
        }
        else
        {
            switch (given)
            {
                case [nameof(settings.AuthId)]:
                    yield return (nameof(settings.Ticket), $"is missing: the ticket of '{settings.AuthId}', or its {nameof(settings.Secret)}");
                    break;
                case [nameof(settings.Ticket) or nameof(settings.Secret), ..] and [var first, ..]:
                    yield return (nameof(settings.AuthId), $"is missing: the user whose {first} is given");
                    break;
            }

            if (given.Contains(nameof(settings.Ticket)) && given.Contains(nameof(settings.Secret)))
            {
                yield return (nameof(settings.Secret), $"must be left out where there is a {nameof(settings.Ticket)}: one of them says how the client logs in");
            }
        }

        if (settings.MaxSecretIterations < 1)
        {
            yield return (nameof(settings.MaxSecretIterations), "must be at least 1");
        }
    }

    private static IEnumerable<(string Key, string Problem)> SerializerProblems(WampClientSettings settings)
    {
        for (var place = 0; place < settings.Serializers.Count; place++)
        {
            var (key, serializer) = ($"{nameof(settings.Serializers)}:{place}", settings.Serializers[place]);
            if (!Enum.IsDefined(serializer))
            {
                yield return (key, $"'{serializer}' {NoSuchValue}");
            }
            else if (settings.Serializers.IndexOf(serializer) < place)
            {
                yield return (key, $"'{serializer}' is there already");
            }
        }
    }

    private static IEnumerable<(string Key, string Problem)> LimitProblems(WampClientSettings settings)
    {
        if (!Enum.IsDefined(settings.WhenDisconnected))
        {
            yield return (nameof(settings.WhenDisconnected), $"'{settings.WhenDisconnected}' {NoSuchValue}");
        }

        if (TimeProblem(settings.JoinTimeout) is { } joining)
        {
            yield return (nameof(settings.JoinTimeout), joining);
        }

        if (TimeProblem(settings.CloseTimeout) is { } closing)
        {
            yield return (nameof(settings.CloseTimeout), closing);
        }

        if (settings.MaxUnsentBytes < LeastBytes)
        {
            yield return (nameof(settings.MaxUnsentBytes), $"must be at least {LeastBytes}");
        }

        if (settings.ResumeKeptBytes < LeastBytes)
        {
            yield return (nameof(settings.ResumeKeptBytes), $"must be at least {LeastBytes}");
        }
    }

    private static IEnumerable<(string Key, string Problem)> ReconnectProblems(WampReconnectSettings reconnect, bool isResumed)
    {
        const string Section = nameof(WampClientSettings.Reconnect);
        if (isResumed && !reconnect.Enabled)
        {
            yield return (nameof(WampClientSettings.Resume), $"needs {Section}:{nameof(reconnect.Enabled)}");
        }

        if (!Enum.IsDefined(reconnect.WhenRefused))
        {
            yield return ($"{Section}:{nameof(reconnect.WhenRefused)}", $"'{reconnect.WhenRefused}' {NoSuchValue}");
        }

        if (TimeProblem(reconnect.InitialDelay) is { } first)
        {
            yield return ($"{Section}:{nameof(reconnect.InitialDelay)}", first);
        }

        if (reconnect.MaxDelay < reconnect.InitialDelay)
        {
            yield return ($"{Section}:{nameof(reconnect.MaxDelay)}", $"must not be shorter than {nameof(reconnect.InitialDelay)}");
        }
        else if (reconnect.MaxDelay > LongestTime)
        {
            yield return ($"{Section}:{nameof(reconnect.MaxDelay)}", TimeProblem(reconnect.MaxDelay)!);
        }

        if (reconnect.MaxAttempts < 1)
        {
            yield return ($"{Section}:{nameof(reconnect.MaxAttempts)}", "must be at least 1");
        }
    }

    private static string? TimeProblem(TimeSpan time) =>
        time <= TimeSpan.Zero ? "must be positive"
        : time > LongestTime ? $"must be at most {LongestTime:c} ({LongestTime.Days} days)"
        : null;
}
