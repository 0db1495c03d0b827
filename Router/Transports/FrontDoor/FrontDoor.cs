using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.WebUtilities;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSocket;
using ConnectionInfo = WampRouter.Sessions.ConnectionInfo;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Connection middleware in front of the HTTP pipeline: a WebSocket request for the WAMP path is answered right here and runs on the
/// connection's own pipe, with no HTTP request alive underneath; everybody else passes untouched. It costs half the memory of a
/// WebSocket that came through the pipeline, and less CPU to open.
/// </summary>
/// <param name="entrance">What it leads to.</param>
/// <param name="path">The WAMP path.</param>
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

        // What the greeting needed (the request, the deadline) must not stay in memory for as long as the connection lives.
        var (verdict, guest) = await GreetAsync(connection);
        if (verdict == Verdict.PassOn)
        {
            await next(connection);
        }
        else if (guest is not null && !await entrance.RunAsync(connection.Transport, guest.Info, guest.Kinds))
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
        var deadline = new RequestDeadline(connection, Services);
        Services.Roster.Watch(deadline);
        try
        {
            var (verdict, request) = await ReadRequestAsync(connection, deadline);
            return (verdict, verdict == Verdict.Ours ? await AnswerAsync(connection, request!) : null);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return (Verdict.NeedMore, null); // gone before it asked for anything
        }
        finally
        {
            Services.Roster.Unwatch(deadline);
        }
    }

    /// <summary>Reads until the verdict is clear; <see cref="Verdict.NeedMore"/> where it never became clear.</summary>
    private async ValueTask<(Verdict Verdict, UpgradeRequest? Request)> ReadRequestAsync(ConnectionContext connection, RequestDeadline deadline)
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
        request.IsBehindProxy = isBehindProxy;
        var refusal = entrance.Admit(request, connection.ConnectionId, out var subprotocol);
        if (refusal is not null)
        {
            WriteRefusal(output, refusal);
            await output.FlushAsync();
            return null;
        }

        try
        {
            WriteAcceptance(output, request.Key!, subprotocol!.Name);
            await output.FlushAsync();
        }
        catch
        {
            entrance.GiveUp();
            throw;
        }

        return new Guest(WebSocketEntrance.Describe(request, subprotocol, connection.ConnectionId, connection.RemoteEndPoint), subprotocol.Kinds);
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

    private static void WriteRefusal(PipeWriter output, HandshakeRefusal refusal)
    {
        // An Upgrade header must be named by Connection (RFC 9110 section 7.8).
        var connection = refusal.HeaderName == "Upgrade" ? "close, Upgrade" : "close";
        var header = refusal.HeaderName is null ? string.Empty : $"{refusal.HeaderName}: {refusal.HeaderValue}\r\n";
        var body = Encoding.UTF8.GetBytes(refusal.Text + "\n");
        var head = $"HTTP/1.1 {refusal.Status} {ReasonPhrases.GetReasonPhrase(refusal.Status)}\r\nConnection: {connection}\r\n{header}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n";
        Encoding.ASCII.GetBytes(head, output);
        output.Write(body);
    }

    /// <summary>Somebody who may come in and has been told so.</summary>
    private sealed record Guest(ConnectionInfo Info, MessageKinds Kinds);
}
