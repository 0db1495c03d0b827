using System.Net;
using WampRouter.Transports.Listening;

namespace WampRouter.Server.Listeners;

/// <summary>A socket that listens, and whose listener that is: an address may go from one to another without anybody being turned away meanwhile.</summary>
/// <param name="wanted">The address as it was asked for: a port may be 0.</param>
/// <param name="listener">It listens.</param>
internal sealed class ListeningSocket(EndPoint wanted, SocketListener listener)
{
    private volatile OpenListener? _owner;

    /// <summary>The address as it was asked for.</summary>
    public EndPoint Wanted { get; } = wanted;

    /// <summary>The address as it is: a port 0 has become a real one.</summary>
    public EndPoint Actual => Wanted is IPEndPoint wanted ? new IPEndPoint(wanted.Address, Port) : Wanted;

    /// <summary>The port that it has; 0 where there is none.</summary>
    public int Port => (Listener.EndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>Accepts who comes. Another one after it was closed and opened again.</summary>
    public SocketListener Listener { get; private set; } = listener;

    /// <summary>Under whose settings they come in; null before it serves.</summary>
    public OpenListener? Owner
    {
        get => _owner;
        set => _owner = value;
    }

    /// <summary>Listens at the same address again, after it was closed.</summary>
    public void Reopen(SocketListener again) => Listener = again;
}
