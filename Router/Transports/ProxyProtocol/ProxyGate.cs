using Microsoft.AspNetCore.Connections;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;

namespace WampRouter.Transports.ProxyProtocol;

/// <summary>
/// Connection middleware before everything else, TLS included, at a listener whose clients come through proxies that speak the PROXY protocol: takes the header off a connection and puts the client's address in the
/// place of the proxy's. Only trusted proxies may come, and each has to send one: who could leave it out, or send it from elsewhere, could be anybody. Until the header is there the connection counts as a handshake under way;
/// what follows begins anew, as the client's.
/// </summary>
/// <param name="services">What all connections share.</param>
/// <param name="trusted">Who may come.</param>
/// <param name="logger">Gets who is dropped.</param>
/// <param name="next">Who serves the connection then.</param>
internal sealed partial class ProxyGate(TransportServices services, TrustedProxies trusted, ILogger logger, ConnectionDelegate next)
{
    /// <summary>What is wrong with a connection, as the metric has it.</summary>
    private const string Untrusted = "untrusted", Broken = "broken", Unfinished = "unfinished", Late = "late";

    private string Section => services.Listener?.Section ?? TransportOptions.SectionName;

    /// <summary>Serves one connection; where its header is not right it is dropped, because nobody is there whom an answer would reach.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (await PassAsync(connection))
        {
            await next(connection);
        }
        else
        {
            connection.Abort();
        }
    }

    private async ValueTask<bool> PassAsync(ConnectionContext connection)
    {
        if (!trusted.Contains(connection.RemoteEndPoint))
        {
            services.Metrics.ProxyRefused(Untrusted);
            Log.Untrusted(logger, connection.ConnectionId, AddressOf(connection), Section, trusted);
            return false;
        }

        // A proxy stands for many: its own address is no reason to keep others out.
        var entering = services.Admittance.TryBegin(address: null, out var slot);
        if (slot is null)
        {
            services.Metrics.Refused("proxy", Refusals.For(entering).Status, entering);
            return false;
        }

        var arrival = new Arrival(connection, services, slot);
        arrival.Begin();
        try
        {
            return await TakeHeaderAsync(connection, arrival);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;       // gone before it said anything
        }
        finally
        {
            arrival.End();
        }
    }

    /// <summary>Reads until the header is whole, and leaves what follows it untouched.</summary>
    private async ValueTask<bool> TakeHeaderAsync(ConnectionContext connection, Arrival deadline)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var (header, length, problem) = (default(ProxyHeader), 0, default(string));
            var verdict = read.Buffer.IsEmpty ? HeaderVerdict.NeedMore : ProxyHeaderReader.Read(read.Buffer, out header, out length, out problem);
            if (verdict == HeaderVerdict.Whole)
            {
                input.AdvanceTo(read.Buffer.GetPosition(length));
                connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
                return true;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (verdict == HeaderVerdict.Broken)
            {
                return Refuse(connection, Broken, problem!);
            }

            if (deadline.HasPassed)
            {
                return Refuse(connection, Late, "did not come in time (WampRouter:Transports:HandshakeTimeout)");
            }

            if (read.IsCompleted)
            {
                // Who opens a connection and closes it again only looks whether somebody listens.
                return !read.Buffer.IsEmpty && Refuse(connection, Unfinished, "ended before it was whole");
            }
        }
    }

    private bool Refuse(ConnectionContext connection, string reason, string text)
    {
        services.Metrics.ProxyRefused(reason);
        Log.Refused(logger, connection.ConnectionId, AddressOf(connection), text, Section);
        return false;
    }

    private static string AddressOf(ConnectionContext connection) => connection.RemoteEndPoint is System.Net.IPEndPoint remote ? AddressBlock.Of(remote.Address).ToString() : "local socket";

    private static partial class Log
    {
        [LoggerMessage(1124, LogLevel.Information, "{ConnectionId} ({Address}) is dropped: {Section} takes connections of trusted proxies alone (ProxyProtocol), and TrustedProxies has {Trusted}")]
        public static partial void Untrusted(ILogger logger, string connectionId, string address, string section, TrustedProxies trusted);

        [LoggerMessage(1125, LogLevel.Information, "{ConnectionId} (proxy {Address}) is dropped: its header of the PROXY protocol {Problem}. {Section}:ProxyProtocol asks each connection for one")]
        public static partial void Refused(ILogger logger, string connectionId, string address, string problem, string section);
    }
}
