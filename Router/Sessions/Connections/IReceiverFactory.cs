namespace WampRouter.Sessions.Connections;

/// <summary>Begins a session for a connection whose transport handshake is done. The edge between transports and sessions.</summary>
internal interface IReceiverFactory
{
    /// <summary>Whether sessions may look at the cookies of the upgrade request. If not, transports do not keep them: a connection may live for weeks.</summary>
    bool ReadsCookies => false;

    /// <summary>Called once per connection, before its first message.</summary>
    IMessageReceiver Create(IConnection connection);
}
