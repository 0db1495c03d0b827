namespace WampRouter.Client.Hosting;

/// <summary>What a client is made of that configuration cannot say. One for each client, by its name.</summary>
internal sealed class ClientParts
{
    /// <summary>The section its settings come from; null where they are given in code.</summary>
    public SettingsSection? Section { get; set; }

    public Func<IServiceProvider, IWampTransport>? Transport { get; set; }

    public Func<IServiceProvider, WampAuthentication>? Authentication { get; set; }

    public Func<IServiceProvider, IWampPayloadSerializer>? PayloadSerializer { get; set; }

    /// <summary>What to subscribe and register when the client is connected for the first time, in this order.</summary>
    public List<Func<IServiceProvider, IWampClient, CancellationToken, Task>> Setups { get; } = [];
}
