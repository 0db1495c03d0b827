using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.Listening;

/// <summary>
/// Accepts connections. Where the process or the machine can open no more files, it says so once with what to do, and tries again after a while: those who are inside are served meanwhile, and
/// those who come wait in the system's backlog, but for one that is turned away at each attempt. The last files are left to the rest of the process. The server's own loop tries again at once, for ever, and says nothing.
/// </summary>
/// <param name="socket">Bound, listening; disposed of by <see cref="Dispose"/>.</param>
/// <param name="connections">Makes connections of accepted sockets.</param>
/// <param name="noDelay">Whether small segments are sent at once.</param>
/// <param name="services">Clock and counters.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class SocketListener(Socket socket, SocketConnectionContextFactory connections, bool noDelay, TransportServices services, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>So many accepted in a row, and the shortage is over: a single one only takes the place of another that left.</summary>
    private const int AcceptedUntilOver = 2;

    /// <summary>
    /// Files that no connection gets: a library that the runtime must load, and cannot, is lost to it for good, and histories and certificates are files too.
    /// </summary>
    private const int FilesForOthers = 32;

    private readonly CancellationTokenSource _unbound = new();
    private long? _shortSince;      // timestamp; the accept loop's, as are the next ones
    private int _accepted;          // in a row
    private TimeSpan _pause = FirstPause;

    /// <summary>Where it listens: a port 0 has become a real one.</summary>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <summary>The next connection; null once this is disposed of. One call at a time.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync()
    {
        while (true)
        {
            try
            {
                var accepted = await socket.AcceptAsync();
                if (!IsOneOfTheLast(accepted))
                {
                    NoteAccepted();
                    return Create(accepted);
                }

                accepted.Dispose();
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // As below.
            }
            catch (SocketException)
            {
                continue;   // reset while it was in the backlog: the next one
            }

            NoteShortage();
            if (!await PauseAsync())
            {
                return null;
            }
        }
    }

    /// <summary>Accepts nobody any more; who was accepted stays. Any thread; idempotent.</summary>
    public void Dispose()
    {
        socket.Dispose();
        _unbound.Cancel();
    }

    private ConnectionContext Create(Socket accepted)
    {
        try
        {
            if (accepted.LocalEndPoint is IPEndPoint)
            {
                accepted.NoDelay = noDelay;
            }

            return connections.Create(accepted);
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }

    private void NoteAccepted()
    {
        _pause = FirstPause;
        if (++_accepted >= AcceptedUntilOver && _shortSince is { } since)
        {
            _shortSince = null;
            Log.AcceptsAgain(logger, EndPoint, services.Time.GetElapsedTime(since).TotalSeconds);
        }
    }

    /// <summary>The system gives the lowest number that is free, so a high one says how many files are open.</summary>
    private static bool IsOneOfTheLast(Socket accepted) => accepted.SafeHandle.DangerousGetHandle() >= OpenFiles.Limit - FilesForOthers;

    private void NoteShortage()
    {
        _accepted = 0;
        services.Metrics.AcceptFailed();
        if (_shortSince is null)
        {
            _shortSince = services.Time.GetTimestamp();
            Log.CannotAccept(logger, EndPoint, OpenFiles.Limit, services.Roster.Count);
        }
    }

    private async ValueTask<bool> PauseAsync()
    {
        try
        {
            await Task.Delay(_pause, services.Time, _unbound.Token);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1130, LogLevel.Warning, "{EndPoint} can accept nobody: no more files can be opened, the process may have {Limit} and {Connections} connections are open. Those are served, others wait. Raise the limit (ulimit -n, LimitNOFILE= of a systemd service) or lower WampRouter:Transports:MaxConnections")]
        public static partial void CannotAccept(ILogger logger, EndPoint endPoint, int? limit, int connections);

        [LoggerMessage(1131, LogLevel.Warning, "{EndPoint} accepts again, after {Seconds:F0} s without files to open")]
        public static partial void AcceptsAgain(ILogger logger, EndPoint endPoint, double seconds);
    }
}
