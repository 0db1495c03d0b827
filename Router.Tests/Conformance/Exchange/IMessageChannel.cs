namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>A client's transport: whole encoded messages, in both directions. Shares no code with the router.</summary>
internal interface IMessageChannel : IAsyncDisposable
{
    Task SendAsync(byte[] message);

    /// <summary>The next message; null when the router has ended the connection.</summary>
    Task<byte[]?> ReceiveAsync();
}
