using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;
using WampRouter.Client.Hosting;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>An application with a client of a <see cref="ScriptedRouter"/>: describe it, then start it.</summary>
internal sealed class HostedClient : IAsyncDisposable
{
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(null);
    private IHost? _host;

    public HostedClient() => _builder.Services.AddSingleton(Log.AsFactory());

    public ScriptedRouter Router { get; } = new();

    /// <summary>What the application logs.</summary>
    public LogRecorder<HostedClient> Log { get; } = new();

    public IServiceCollection Services => _builder.Services;

    public IWampClient Client => Get<IWampClient>();

    /// <summary>Settings of the section <c>Shop:Wamp</c>, and the client they describe.</summary>
    public WampClientBuilder AddConfigured(params (string Key, string? Value)[] settings)
    {
        _builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Shop:Wamp:{setting.Key}", setting.Value)));
        return Services.AddWampClient(_builder.Configuration.GetSection("Shop:Wamp"));
    }

    /// <summary>A client that joins <c>realm1</c> of the scripted router.</summary>
    public WampClientBuilder Add(Action<WampClientSettings>? configure = null) => Services
        .AddWampClient(settings => settings.Realm = "realm1")
        .UseTransport(_ => Router.Transport)
        .Configure(configure ?? (_ => { }));

    /// <summary>A service of the application, which is built with the first.</summary>
    public T Get<T>(string? key = null)
        where T : notnull => key is null ? Built().Services.GetRequiredService<T>() : Built().Services.GetRequiredKeyedService<T>(key);

    public Task StartAsync() => Built().StartAsync().Soon();

    /// <summary>Starts, and gets the router's end of the client's connection, which has joined.</summary>
    public async Task<ScriptedPeer> JoinAsync()
    {
        await StartAsync();
        return await Router.WelcomeAsync();
    }

    public Task StopAsync() => Built().StopAsync().Soon();

    /// <summary>Until the client is in a state.</summary>
    public async Task ReachAsync(WampClientState state)
    {
        var reached = new TaskCompletionSource();
        Client.StateChanged += OnChanged;
        if (Client.State != state)
        {
            await reached.Task.Soon();
        }

        Client.StateChanged -= OnChanged;

        void OnChanged(object? sender, WampStateChangedEventArgs change)
        {
            if (change.Current == state)
            {
                reached.TrySetResult();
            }
        }
    }

    /// <summary>Until the application is about to stop.</summary>
    public async Task StoppingAsync()
    {
        var stopping = new TaskCompletionSource();
        await using var registration = Get<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.Soon();
    }

    public async ValueTask DisposeAsync()
    {
        await Router.DisposeAsync();
        if (_host is not null)
        {
            await ((IAsyncDisposable)_host).DisposeAsync().AsTask().Soon();
        }
    }

    private IHost Built() => _host ??= _builder.Build();
}
