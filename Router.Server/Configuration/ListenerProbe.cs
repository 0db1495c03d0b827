using System.Net;
using System.Net.Sockets;

namespace WampRouter.Server.Configuration;

/// <summary>Tries whether this machine and this user can listen where a listener is to: takes the address for a moment, without letting anybody in.</summary>
internal static class ListenerProbe
{
    /// <summary>What would keep the router from listening there; <c>IsTaken</c> where only another process does.</summary>
    /// <param name="address">The address.</param>
    /// <param name="setting">What sets it, for example <c>WampRouter:Listeners:0:Url</c>.</param>
    public static (string Problem, bool IsTaken)? FindProblem(ListenerAddress address, string setting)
    {
        if (address.SocketPath is { } path)
        {
            return UnixSocketFile.FindProblem(path);
        }

        if (address.Ip is { } ip)
        {
            return FindProblem(ip, address.Port, setting);
        }

        // As Kestrel has it: one of the two addresses of localhost is enough, but neither may be somebody else's.
        (string Problem, bool IsTaken)?[] problems = [FindProblem(IPAddress.Loopback, address.Port, setting), FindProblem(IPAddress.IPv6Loopback, address.Port, setting)];
        return problems.FirstOrDefault(problem => problem is { IsTaken: true }) ?? (problems.All(problem => problem is not null) ? problems[0] : null);
    }

    private static (string Problem, bool IsTaken)? FindProblem(IPAddress ip, int port, string setting)
    {
        try
        {
            Take(ip, port);
            return null;
        }
        catch (SocketException e)
        {
            return (Describe(e, new IPEndPoint(ip, port), $", such as --{setting} http://127.0.0.1:9000"), e.SocketErrorCode == SocketError.AddressAlreadyInUse);
        }
    }

    /// <summary>What keeps the router from listening there, and what to do.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="address">Where.</param>
    /// <param name="example">How to take another one; where the router runs, it is not started with an argument.</param>
    public static string Describe(SocketException exception, EndPoint address, string example = "") => (exception.SocketErrorCode, address) switch
    {
        (SocketError.AddressAlreadyInUse, IPEndPoint ip) => $"cannot listen: port {ip.Port} of {ip.Address} is in use by another process; take another{example}",
        (SocketError.AccessDenied, IPEndPoint ip) => $"cannot listen: this user may not use port {ip.Port}, nor most ports below 1024",
        (SocketError.AddressNotAvailable, IPEndPoint ip) => $"cannot listen: this machine has no address {ip.Address}",
        (SocketError.AddressAlreadyInUse, _) => UnixSocketFile.InUse,
        _ => $"cannot listen: {exception.Message}",
    };

    private static void Take(IPAddress ip, int port)
    {
        // '*' is IPv6Any with IPv4 as well, and IPv4 alone where the machine knows no other.
        var isEverything = ip.Equals(IPAddress.IPv6Any);
        var local = isEverything && !Socket.OSSupportsIPv6 ? IPAddress.Any : ip;
        using var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (local.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        socket.Bind(new IPEndPoint(local, port));
    }
}
