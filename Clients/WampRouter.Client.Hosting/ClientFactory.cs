using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WampRouter.Client.Hosting;

/// <summary>Makes a client from its settings and parts, with its log.</summary>
internal static class ClientFactory
{
    public static IWampClient Create(IServiceProvider services, string name)
    {
        var settings = services.GetRequiredService<IOptionsMonitor<WampClientSettings>>().Get(name);
        var parts = services.GetRequiredService<IOptionsMonitor<ClientParts>>().Get(name);
        var client = new WampClient(OptionsOf(services, settings, parts));
        new ClientLog(services.GetRequiredService<ILoggerFactory>(), settings).Follow(client);
        return client;
    }

    private static WampClientOptions OptionsOf(IServiceProvider services, WampClientSettings settings, ClientParts parts)
    {
        var defaults = new WampClientOptions { Transport = TransportOf(services, settings, parts), Realm = settings.Realm! };
        return new WampClientOptions
        {
            Transport = defaults.Transport,
            Realm = defaults.Realm,
            Authentication = parts.Authentication?.Invoke(services) ?? LoginOf(settings),
            Serializers = settings.Serializers.Count > 0 ? [.. settings.Serializers] : defaults.Serializers,
            PayloadSerializer = parts.PayloadSerializer?.Invoke(services) ?? defaults.PayloadSerializer,
            Reconnect = settings.Reconnect is { Enabled: true } reconnect
                ? new WampReconnectPolicy
                {
                    RetryFirstConnect = reconnect.RetryFirstConnect,
                    WhenRefused = reconnect.WhenRefused,
                    InitialDelay = reconnect.InitialDelay,
                    MaxDelay = reconnect.MaxDelay,
                    MaxAttempts = reconnect.MaxAttempts,
                }
                : null,
            Resumption = settings.Resume ? new WampResumption { MaxKeptBytes = settings.ResumeKeptBytes } : null,
            WhenDisconnected = settings.WhenDisconnected,
            JoinTimeout = settings.JoinTimeout,
            CloseTimeout = settings.CloseTimeout,
            MaxUnsentBytes = settings.MaxUnsentBytes,
            SendExceptionMessages = settings.SendExceptionMessages,
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
        };
    }

    private static IWampTransport TransportOf(IServiceProvider services, WampClientSettings settings, ClientParts parts) =>
        parts.Transport?.Invoke(services)
        ?? (settings.Batched ? new WampWebSocketTransport(new Uri(settings.Url!)) { Batched = true } : WampTransport.For(new Uri(settings.Url!)));

    private static WampAuthentication LoginOf(WampClientSettings settings) =>
        !string.IsNullOrEmpty(settings.Token) ? WampAuthentication.Bearer(settings.Token)
        : string.IsNullOrEmpty(settings.AuthId) ? WampAuthentication.Anonymous
        : string.IsNullOrEmpty(settings.Secret) ? WampAuthentication.Ticket(settings.AuthId, settings.Ticket!)
        : WampAuthentication.WampCra(settings.AuthId, settings.Secret, settings.MaxSecretIterations);
}
