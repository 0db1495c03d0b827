using System.Net;
using System.Net.Sockets;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Ports for programs that do not take port 0.</summary>
internal static class Ports
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A port of 127.0.0.1 that is free. Between this and the start of a program somebody else could take it; the start would fail with the reason in its output.</summary>
    public static int FindFree()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Waits until a process takes connections.</summary>
    public static async Task WhenOpenAsync(int port, ChildProcess process)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience.Token);
                return;
            }
            catch (SocketException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
            catch (OperationCanceledException)
            {
                throw new AssertionException($"Nobody listens at port {port}.\n{process}");
            }
        }
    }
}
