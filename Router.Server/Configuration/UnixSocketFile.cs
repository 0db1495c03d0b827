using System.Net.Sockets;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>
/// The file of a Unix domain socket. The system keeps it when its process was killed, and lets nobody listen where a file is: one that nobody listens at is taken away, and nothing else that may be there.
/// </summary>
internal static class UnixSocketFile
{
    /// <summary>Said where somebody listens there.</summary>
    public const string InUse = "cannot listen: another process listens at this socket";

    /// <summary>What would keep the router from listening there; <c>IsTaken</c> where only another process does. Leaves everything as it is.</summary>
    /// <param name="path">A full path.</param>
    public static (string Problem, bool IsTaken)? FindProblem(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        return !Socket.OSSupportsUnixDomainSockets ? ("cannot listen: this system has no Unix domain sockets", false)
            : !Directory.Exists(directory) ? ($"cannot listen: there is no directory {directory}", false)
            : Directory.Exists(path) ? ("cannot listen: a directory is there already", false)
            : File.Exists(path) ? FindProblemOfFile(path)
            : FindProblemOfDirectory(directory);
    }

    /// <summary>Takes away what a process left that was killed.</summary>
    /// <exception cref="SocketException">Somebody listens there, or something else is there.</exception>
    public static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (!ConfiguredFile.IsSocket(path) || IsListenedAt(path))
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }

        File.Delete(path);
    }

    private static (string Problem, bool IsTaken)? FindProblemOfFile(string path) =>
        !ConfiguredFile.IsSocket(path) ? ("cannot listen: something is there already that is no socket; take it away, or another path", false)
        : IsListenedAt(path) ? (InUse, true)
        : FindProblemOfDirectory(Path.GetDirectoryName(path)!);

    private static bool IsListenedAt(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;      // who may not look cannot know
        }
    }

    /// <summary>Whether this user may make a socket there: makes one for a moment.</summary>
    private static (string Problem, bool IsTaken)? FindProblemOfDirectory(string directory)
    {
        var probe = Path.Combine(directory, $".{Path.GetRandomFileName()}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(probe));
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return ($"cannot listen: this user may not make a socket in {directory}", false);
        }
        catch (SocketException e)
        {
            return ($"cannot listen: {e.Message}", false);
        }
        catch (ArgumentException)
        {
            return null;        // the name of the probe is too long for a socket, and the wanted one is not
        }
    }
}
