using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.FrontDoor;

/// <summary>Answers of HTTP/1.1 that are written without an HTTP server, because it has not seen the connection. Who speaks HTTP/2 finds the connection closed.</summary>
internal static class PlainAnswer
{
    /// <summary>Writes a refusal, which ends the connection. The caller flushes.</summary>
    public static void Write(PipeWriter output, HandshakeRefusal refusal)
    {
        // An Upgrade header must be named by Connection (RFC 9110 section 7.8).
        var connection = refusal.HeaderName == "Upgrade" ? "close, Upgrade" : "close";
        var header = refusal.HeaderName is null ? string.Empty : $"{refusal.HeaderName}: {refusal.HeaderValue}\r\n";
        var body = Encoding.UTF8.GetBytes(refusal.Text + "\n");
        var head = $"HTTP/1.1 {refusal.Status} {ReasonPhrases.GetReasonPhrase(refusal.Status)}\r\nConnection: {connection}\r\n{header}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n";
        Encoding.ASCII.GetBytes(head, output);
        output.Write(body);
    }

    /// <summary>Says no before anything was asked, to somebody who may not wait for it.</summary>
    public static async Task RefuseAsync(ConnectionContext connection, HandshakeRefusal refusal)
    {
        try
        {
            Write(connection.Transport.Output, refusal);
            await connection.Transport.Output.FlushAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It did not wait for the answer.
        }
    }
}
