using System.IO.Pipelines;
using WampRouter.Client.Transports;

namespace WampRouter.Client;

/// <summary>
/// A router in the same process, or anything else reached through a pipe: messages are framed as in RawSocket (one zero byte
/// and a 24-bit big-endian length) without its handshake.
/// </summary>
/// <param name="connect">Opens the pipe for a subprotocol such as <c>wamp.2.cbor</c>.</param>
public sealed class WampPipeTransport(Func<string, CancellationToken, ValueTask<IDuplexPipe>> connect) : IWampTransport
{
    private readonly Func<string, CancellationToken, ValueTask<IDuplexPipe>> _connect = connect ?? throw new ArgumentNullException(nameof(connect));

    /// <inheritdoc/>
    public async ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subprotocols);
        var subprotocol = subprotocols[0];
        return new PrefixedConnection(await _connect(subprotocol, cancellationToken).ConfigureAwait(false), subprotocol);
    }
}
