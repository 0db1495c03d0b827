namespace WampRouter.Sessions.Connections;

/// <summary>Begins a session for a connection whose transport handshake is done. The edge between transports and sessions.</summary>
internal interface IReceiverFactory
{
    /// <summary>Called once per connection, before its first message.</summary>
    IMessageReceiver Create(IConnection connection);
}
