namespace WampRouter.Client;

/// <summary>What an authentication method knows when the client is about to join a realm.</summary>
/// <param name="realm">The realm.</param>
/// <param name="connection">The connection the client joins on.</param>
public sealed class WampJoin(string realm, IWampConnection connection)
{
    /// <summary>The realm.</summary>
    public string Realm { get; } = realm ?? throw new ArgumentNullException(nameof(realm));

    /// <summary>
    /// The connection: what a method needs that binds a login to it, as cryptosign and SCRAM may (spec: "Channel Binding"), it asks the transport's own type for. Nothing may be
    /// sent or received on it.
    /// </summary>
    public IWampConnection Connection { get; } = connection ?? throw new ArgumentNullException(nameof(connection));
}
