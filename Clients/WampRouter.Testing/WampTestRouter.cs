using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;
using WampRouter.Hosting;
using WampRouter.Sessions.Connections;

namespace WampRouter.Testing;

/// <summary>
/// A real router in memory, without a socket or a web server, for tests: <c>await using var router = await WampTestRouter.StartAsync();</c> and clients of it:
/// <c>var client = await router.ConnectAsync();</c>. Any number may run at the same time. Any thread.
/// </summary>
public sealed class WampTestRouter : IAsyncDisposable
{
    /// <summary>The realm of a router of which nothing else is said: everybody may join it and do everything.</summary>
    public const string OpenRealm = "realm1";

    private const string EveryRole = "anonymous";

    private readonly IHost _host;
    private readonly HostedRouter _router;
    private readonly Lock _gate = new();        // nothing is taken under it
    private readonly List<WampClient> _clients = [];

    private WampTestRouter(IHost host)
    {
        _host = host;
        _router = host.Services.GetRequiredKeyedService<HostedRouter>(string.Empty);
    }

    /// <summary>The services that the router uses, and those that were added.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts a router.</summary>
    /// <param name="configure">
    /// Describes it as an application would; a realm that it adds takes the place of <see cref="OpenRealm"/>. A clock of the test's is put into its services: <c>router.Services.AddSingleton&lt;TimeProvider&gt;(clock)</c>.
    /// </param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The router; dispose of it to end it and its clients.</returns>
    /// <exception cref="WampRouterConfigurationException">What <paramref name="configure"/> says has mistakes; the message lists all of them.</exception>
    public static async Task<WampTestRouter> StartAsync(Action<WampRouterBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var router = builder.Services.AddWampRouter();

        // Nobody in a test waits for calls that nobody answers.
        router.Configure(static options => (options.Sessions.DrainTimeout, options.Sessions.GoodbyeTimeout) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
        configure?.Invoke(router);
        if (!router.HasRealms)
        {
            router.AddRealm(OpenRealm, static realm =>
            {
                realm.AddRole(EveryRole).AllowEverything();
                realm.AllowAnonymous(EveryRole);
            });
        }

        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return new WampTestRouter(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>A client that has joined by itself, as one of the field would.</summary>
    /// <param name="realm">The realm; null: the only one.</param>
    /// <param name="authentication">How it says who it is; null: it does not.</param>
    /// <param name="serializer">How its messages are encoded.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The client, which ends with the router at the latest.</returns>
    /// <exception cref="ArgumentException">No realm is named, and the router has several.</exception>
    /// <exception cref="WampConnectionException">The router refused.</exception>
    public Task<WampClient> ConnectAsync(
        string? realm = null, WampAuthentication? authentication = null, WampSerializer serializer = WampSerializer.Json, CancellationToken cancellationToken = default) =>
        ConnectAsync(realm ?? OnlyRealm.Of(_router), login: null, authentication, serializer, cancellationToken);

    /// <summary>A client that has joined as somebody, without a login: to test what a role may do.</summary>
    /// <param name="authId">Who it is.</param>
    /// <param name="authRole">One of the realm's roles.</param>
    /// <param name="realm">The realm; null: the only one.</param>
    /// <param name="serializer">How its messages are encoded.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The client, which ends with the router at the latest.</returns>
    /// <exception cref="ArgumentException">There is no such realm, or it has no such role; or no realm is named, and the router has several.</exception>
    public Task<WampClient> ConnectAsAsync(
        string authId, string authRole, string? realm = null, WampSerializer serializer = WampSerializer.Json, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(authId);
        realm ??= OnlyRealm.Of(_router);
        return !_router.HasRealm(realm) ? throw new ArgumentException($"There is no realm '{realm}'.", nameof(realm))
            : !_router.HasRole(realm, authRole) ? throw new ArgumentException($"The realm '{realm}' has no role '{authRole}'.", nameof(authRole))
            : ConnectAsync(realm, new GrantedLogin(authId, authRole, "internal", "test"), null, serializer, cancellationToken);
    }

    /// <summary>The session that the application itself would have in a realm.</summary>
    /// <param name="name">The realm; null: the only one.</param>
    /// <returns>The same for the same realm.</returns>
    /// <exception cref="ArgumentException">No realm is named, and the router has several.</exception>
    /// <exception cref="InvalidOperationException">There is no such realm.</exception>
    public IWampRealm Realm(string? name = null) => Services.GetRequiredKeyedService<IWampRealm>(name ?? OnlyRealm.Of(_router));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        WampClient[] clients;
        lock (_gate)
        {
            clients = [.. _clients];
        }

        foreach (var client in clients)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }

        await _host.StopAsync().ConfigureAwait(false);
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
    }

    private async Task<WampClient> ConnectAsync(string realm, GrantedLogin? login, WampAuthentication? authentication, WampSerializer serializer, CancellationToken cancellationToken)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(_router.Memory.Connect(subprotocol, login))),
            Realm = realm,
            Authentication = authentication ?? WampAuthentication.Anonymous,
            Serializers = [serializer],
            TimeProvider = Services.GetRequiredService<TimeProvider>(),
        });
        lock (_gate)
        {
            _clients.Add(client);
        }

        await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }
}
