using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.RawSocket;
using WampRouter.Wire;

namespace WampRouter.Transports.FrontDoor;

/// <summary>What is done at the front door before anybody is in: finds out what a new connection is, by its first bytes and within a time limit, and answers. One for a listener.</summary>
/// <param name="ways">What the door leads to.</param>
internal sealed partial class Greeting(WaysIn ways)
{
    private readonly RequestJudge _judge = new(ways.Path);

    private TransportServices Services => ways.WebSockets.Services;

    private ILogger Logger => ways.WebSockets.Logger;

    /// <summary>Finds out who is there and answers, under a deadline.</summary>
    /// <returns>Who may come in, if anybody.</returns>
    public async ValueTask<(Verdict Verdict, Guest? Guest)> GreetAsync(ConnectionContext connection)
    {
        var arrival = connection.Features.Get<Arrival>();       // under TLS
        if (arrival is null)
        {
            var entering = Services.Admittance.TryBegin(AddressOf(connection), out var slot);
            if (slot is null)
            {
                await RefuseAsync(connection, entering);
                return (Verdict.NeedMore, null);
            }

            arrival = new Arrival(connection, Services, slot);
        }

        arrival.Begin();
        var verdict = Verdict.NeedMore;
        try
        {
            (verdict, var request) = await ReadFirstAsync(connection, arrival);
            if (verdict == Verdict.PassOn && !ways.HasPipeline)
            {
                verdict = Verdict.NeedMore;
                await TurnAwayAsync(connection);
            }

            return (verdict, request is null ? null : await AnswerAsync(connection, request));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return (Verdict.NeedMore, null); // gone before it asked for anything, or the server has stopped and taken its memory along
        }
        finally
        {
            if (verdict == Verdict.PassOn)
            {
                arrival.PassOn();
            }
            else
            {
                arrival.End();
            }
        }
    }

    /// <summary>Answers somebody for whom there is no room, in his own language as far as he has said which that is.</summary>
    public Task RefuseAsync(ConnectionContext connection, Entering entering)
    {
        var (id, address) = (connection.ConnectionId, AddressOf(connection));
        return ways.RawSockets is { } rawSockets && WantsRawSocket(connection.Transport.Input)
            ? PlainAnswer.WriteAsync(connection, rawSockets.Refuse(entering, id, address))
            : PlainAnswer.RefuseAsync(connection, ways.WebSockets.Refuse(entering, id, address));
    }

    private bool WantsRawSocket(PipeReader input)
    {
        if (!ways.HasPipeline || !input.TryRead(out var read))
        {
            return !ways.HasPipeline;
        }

        var isRawSocket = read.Buffer.FirstSpan.StartsWith(RawSocketHandshake.Magic);
        input.AdvanceTo(read.Buffer.Start);
        return isRawSocket;
    }

    private AddressBlock? AddressOf(ConnectionContext connection) => ProxyBefore.AddressOf(connection.RemoteEndPoint, ways.Proxy);

    /// <summary>Reads until the verdict is clear; <see cref="Verdict.NeedMore"/> where it never became clear.</summary>
    /// <returns>What the visitor asks for, where it asks for something that is answered here.</returns>
    private async ValueTask<(Verdict Verdict, FirstRequest? Request)> ReadFirstAsync(ConnectionContext connection, Arrival deadline)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            var verdict = _judge.Judge(buffer, connection.LocalEndPoint, out var upgrade, out var end);
            switch (verdict)
            {
                case Verdict.RawSocket:
                    var handshake = FirstRequest.OfRawSocket(buffer.Slice(0, RawSocketHandshake.Bytes));
                    input.AdvanceTo(buffer.GetPosition(RawSocketHandshake.Bytes));
                    return (verdict, handshake);
                case Verdict.WebSocket:
                    input.AdvanceTo(end);
                    return (verdict, new FirstRequest(upgrade, null));
                case Verdict.PassOn:
                    input.AdvanceTo(buffer.Start); // untouched and unexamined: the pipeline reads it again
                    return (verdict, null);
            }

            var hasBegun = FirstRequest.BeginningOf(buffer);
            input.AdvanceTo(buffer.Start, buffer.End);
            if (deadline.HasPassed && !Services.Roster.IsShuttingDown)
            {
                await RefuseLateAsync(connection, hasBegun);
            }

            if (read.IsCompleted || deadline.HasPassed)
            {
                return (verdict, null);
            }
        }
    }

    /// <summary>Says that the rest did not come in time, where there is a beginning that says in what language.</summary>
    private async Task RefuseLateAsync(ConnectionContext connection, Beginning beginning)
    {
        var (timeout, address) = (Services.Options.HandshakeTimeout, AddressOf(connection));
        if (beginning == Beginning.Nothing)
        {
            Log.SaidNothing(Logger, connection.ConnectionId, address, timeout);
            return;
        }

        Log.TookTooLong(Logger, connection.ConnectionId, address, timeout);
        if (beginning == Beginning.OfHttp)
        {
            var refusal = new HandshakeRefusal(408, "The head of the request did not come in time (WampRouter:Transports:HandshakeTimeout).");
            Services.Metrics.Refused(WebSockets.WebSocketTransport.Name, refusal.Status);
            await PlainAnswer.RefuseAsync(connection, refusal);
        }
        else
        {
            Services.Metrics.RefusedRawSocket((int)RawSocketError.None);
        }
    }

    /// <summary>For who comes with something that is not served here at all.</summary>
    private async Task TurnAwayAsync(ConnectionContext connection)
    {
        Services.Metrics.RefusedRawSocket((int)RawSocketError.None);
        Log.NoRawSocket(Logger, connection.ConnectionId, AddressOf(connection));
        if (connection.Transport.Input.TryRead(out var read))
        {
            var beginning = FirstRequest.BeginningOf(read.Buffer);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (beginning == Beginning.OfHttp)
            {
                await PlainAnswer.RefuseAsync(connection, new HandshakeRefusal(400, "This address speaks WAMP over RawSocket, and no HTTP."));
            }
        }
    }

    private async ValueTask<Guest?> AnswerAsync(ConnectionContext connection, FirstRequest request)
    {
        var visitor = request.Upgrade ?? new VisitorRequest { LocalEndPoint = connection.LocalEndPoint };
        visitor.IsSecure = connection.Features.Get<ITlsHandshakeFeature>() is not null;
        visitor.ClientCertificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        visitor.Proxy = ways.Proxy;
        var (reply, guest) = request.Upgrade is { } upgrade ? AdmitUpgrade(connection, upgrade) : AdmitRawSocket(connection, request.RawSocket!, visitor);
        try
        {
            await connection.Transport.Output.WriteAsync(reply);
        }
        catch when (guest is not null)
        {
            GiveUp(guest);
            throw;
        }

        return guest;
    }

    private void GiveUp(Guest guest)
    {
        if (guest is RawSocketGuest caller)
        {
            ways.RawSockets!.GiveUp(caller);
        }
        else
        {
            ways.WebSockets.GiveUp(guest);
        }
    }

    private (byte[] Reply, Guest? Guest) AdmitUpgrade(ConnectionContext connection, UpgradeRequest request)
    {
        var refusal = ways.WebSockets.Admit(request, connection.ConnectionId, connection.RemoteEndPoint, out var guest);
        return (guest is null ? PlainAnswer.Of(refusal!) : Acceptance(request.Key!, guest), guest);
    }

    private (byte[] Reply, Guest? Guest) AdmitRawSocket(ConnectionContext connection, byte[] request, VisitorRequest visitor)
    {
        if (ways.RawSockets is null)
        {
            Services.Metrics.RefusedRawSocket((int)RawSocketError.None);
            Log.NotServed(Logger, connection.ConnectionId, AddressOf(connection));
            return ([], null);
        }

        var reply = ways.RawSockets.Admit(request, visitor, connection.ConnectionId, connection.RemoteEndPoint, out var guest);
        return (reply, guest);
    }

    private static byte[] Acceptance(string key, Guest guest)
    {
        var agreed = guest.Subprotocol.Name is { } subprotocol ? $"Sec-WebSocket-Protocol: {subprotocol}\r\n" : string.Empty;
        var extensions = guest.Compression is { } terms ? $"Sec-WebSocket-Extensions: {terms}\r\n" : string.Empty;
        return Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {WebSocketHandshake.AcceptValue(key)}\r\n{agreed}{extensions}\r\n");
    }

    private static partial class Log
    {
        [LoggerMessage(1122, LogLevel.Information, "{Connection} ({Address}) is closed: what it began to say was not whole within {Timeout} (WampRouter:Transports:HandshakeTimeout)")]
        public static partial void TookTooLong(ILogger logger, string connection, AddressBlock? address, TimeSpan timeout);

        [LoggerMessage(1123, LogLevel.Debug, "{Connection} ({Address}) is closed: it said nothing within {Timeout} (WampRouter:Transports:HandshakeTimeout)")]
        public static partial void SaidNothing(ILogger logger, string connection, AddressBlock? address, TimeSpan timeout);

        [LoggerMessage(1142, LogLevel.Information, "{Connection} ({Address}) is closed: it wants RawSocket, which its listener does not serve (WampRouter:Listeners, Serves)")]
        public static partial void NotServed(ILogger logger, string connection, AddressBlock? address);

        [LoggerMessage(1143, LogLevel.Information, "{Connection} ({Address}) is closed: it came to a listener of RawSocket and began with something else")]
        public static partial void NoRawSocket(ILogger logger, string connection, AddressBlock? address);
    }
}
