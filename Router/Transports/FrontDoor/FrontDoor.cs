using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Connection middleware in front of the HTTP pipeline: a WebSocket request for the WAMP path is answered right here and runs on the
/// connection's own pipe, with no HTTP request alive underneath; everybody else passes untouched. It costs half the memory of a
/// WebSocket that came through the pipeline, and less CPU to open.
/// </summary>
/// <param name="entrance">What it leads to.</param>
/// <param name="path">The WAMP path; empty: no WebSocket is served.</param>
/// <param name="isBehindProxy">Whether all who come are passed on by a proxy.</param>
/// <param name="next">The HTTP pipeline.</param>
internal sealed class FrontDoor(WebSocketEntrance entrance, string path, bool isBehindProxy, ConnectionDelegate next)
{
    private readonly RequestJudge _judge = new(path);

    private TransportServices Services => entrance.Services;

    /// <summary>Serves one connection.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (isBehindProxy)
        {
            connection.Features.Set(ProxyBefore.It); // for the pipeline, where HTTP/2 goes
        }

        connection.Features.Set(entrance); // likewise

        // What the greeting needed (the request, the deadline) must not stay in memory for as long as the connection lives.
        var (verdict, guest) = await GreetAsync(connection);
        if (verdict == Verdict.PassOn)
        {
            await PassOnAsync(connection);
        }
        else if (guest is not null && !await entrance.RunAsync(connection.Transport, guest))
        {
            connection.Abort();
        }
        else
        {
            Linger(connection);
            await TlsEnd.NotifyAsync(connection.Features);
        }
    }

    /// <summary>Finds out who is there and answers, under a deadline.</summary>
    /// <returns>Who may come in, if anybody.</returns>
    private async ValueTask<(Verdict Verdict, Guest? Guest)> GreetAsync(ConnectionContext connection)
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
            (verdict, var request) = await ReadRequestAsync(connection, arrival);
            return (verdict, verdict == Verdict.Ours ? await AnswerAsync(connection, request!) : null);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return (Verdict.NeedMore, null); // gone before it asked for anything
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

    /// <summary>Lets the HTTP pipeline serve a connection, where there is a place for it: it takes as much of the system as any other.</summary>
    private async Task PassOnAsync(ConnectionContext connection)
    {
        var address = AddressOf(connection);
        var arrival = connection.Features.GetRequiredFeature<Arrival>();
        try
        {
            if (Services.Admittance.TryEnter(address, isJoin: false) is { IsGranted: false } entering)
            {
                await RefuseAsync(connection, entering);
                return;
            }

            Services.Roster.Note(connection);
            try
            {
                await next(connection);
            }
            finally
            {
                Services.Roster.Forget(connection);
                Services.Admittance.Leave(address);
            }
        }
        finally
        {
            arrival.End();
        }
    }

    private AddressBlock? AddressOf(ConnectionContext connection) => HandshakeGate.AddressOf(connection, isBehindProxy);

    private Task RefuseAsync(ConnectionContext connection, Entering entering) => PlainAnswer.RefuseAsync(connection, entrance.Refuse(entering, connection.ConnectionId, AddressOf(connection)));

    /// <summary>Reads until the verdict is clear; <see cref="Verdict.NeedMore"/> where it never became clear.</summary>
    private async ValueTask<(Verdict Verdict, UpgradeRequest? Request)> ReadRequestAsync(ConnectionContext connection, Arrival deadline)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var verdict = _judge.Judge(read.Buffer, connection.LocalEndPoint, out var request, out var end);
            switch (verdict)
            {
                case Verdict.Ours:
                    input.AdvanceTo(end);
                    return (verdict, request);
                case Verdict.PassOn:
                    input.AdvanceTo(read.Buffer.Start); // untouched and unexamined: the pipeline reads it again
                    return (verdict, null);
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || deadline.HasPassed)
            {
                return (verdict, null);
            }
        }
    }

    private async ValueTask<Guest?> AnswerAsync(ConnectionContext connection, UpgradeRequest request)
    {
        var output = connection.Transport.Output;
        request.IsSecure = connection.Features.Get<ITlsHandshakeFeature>() is not null;
        request.ClientCertificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        request.IsBehindProxy = isBehindProxy;
        var refusal = entrance.Admit(request, connection.ConnectionId, connection.RemoteEndPoint, out var guest);
        if (guest is null)
        {
            PlainAnswer.Write(output, refusal!);
            await output.FlushAsync();
            return null;
        }

        try
        {
            WriteAcceptance(output, request.Key!, guest.Subprotocol.Name);
            await output.FlushAsync();
        }
        catch
        {
            entrance.GiveUp(guest);
            throw;
        }

        return guest;
    }

    private void Linger(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionLifetimeFeature>() is { } lifetime)
        {
            Services.Roster.Watch(new LingerDeadline(lifetime, Services));
        }
    }

    private static void WriteAcceptance(PipeWriter output, string key, string? subprotocol)
    {
        var agreed = subprotocol is null ? string.Empty : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        var head = $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {WebSocketHandshake.AcceptValue(key)}\r\n{agreed}\r\n";
        Encoding.ASCII.GetBytes(head, output);
    }
}
