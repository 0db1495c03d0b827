using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.WebUtilities;
using WampRouter.Transports.Handshake;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Connection middleware in front of the HTTP pipeline: a WebSocket request for the WAMP path is answered right here and runs on the
/// connection's own pipe, with no HTTP request alive underneath; everybody else passes untouched. It costs half the memory of a
/// WebSocket that came through the pipeline, and less CPU to open.
/// </summary>
/// <param name="entrance">What it leads to.</param>
/// <param name="path">The WAMP path.</param>
/// <param name="next">The HTTP pipeline.</param>
internal sealed class FrontDoor(WebSocketEntrance entrance, string path, ConnectionDelegate next)
{
    private readonly RequestJudge _judge = new(path);

    private TransportServices Services => entrance.Services;

    /// <summary>Serves one connection.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        var deadline = new RequestDeadline(connection, Services);
        Services.Roster.Watch(deadline);
        var verdict = Verdict.NeedMore;
        UpgradeRequest? request;
        try
        {
            (verdict, request) = await MeetAsync(connection, deadline);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return; // gone before it asked for anything
        }
        finally
        {
            Services.Roster.Unwatch(deadline);
        }

        switch (verdict)
        {
            case Verdict.PassOn:
                await next(connection);
                break;
            case Verdict.Ours:
                await OpenAsync(connection, request!);
                break;
        }
    }

    /// <summary>Reads until the verdict is clear; <see cref="Verdict.NeedMore"/> where it never became clear.</summary>
    private async ValueTask<(Verdict Verdict, UpgradeRequest? Request)> MeetAsync(ConnectionContext connection, RequestDeadline deadline)
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

    private async Task OpenAsync(ConnectionContext connection, UpgradeRequest request)
    {
        var refusal = entrance.Admit(request, out var subprotocol);
        if (refusal is not null)
        {
            WriteRefusal(connection.Transport.Output, refusal);
            await connection.Transport.Output.FlushAsync();
            Services.Roster.Watch(new LingerDeadline(Lifetime(connection), Services));
            return;
        }

        WriteAcceptance(connection.Transport.Output, request.Key!, subprotocol!.Name);
        await connection.Transport.Output.FlushAsync();
        var isSecure = connection.Features.Get<ITlsHandshakeFeature>() is not null;
        var description = WebSocketEntrance.Describe(request, subprotocol, connection.ConnectionId, connection.RemoteEndPoint, isSecure);
        if (await entrance.RunAsync(connection.Transport, description, subprotocol))
        {
            Services.Roster.Watch(new LingerDeadline(Lifetime(connection), Services));
        }
        else
        {
            connection.Abort();
        }
    }

    private static IConnectionLifetimeFeature Lifetime(ConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeFeature>() ?? throw new InvalidOperationException("The server does not say when a connection has ended.");

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
}
