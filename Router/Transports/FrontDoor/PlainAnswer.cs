using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.FrontDoor;

/// <summary>Answers of HTTP/1.1 that are written without an HTTP server, because it has not seen the connection. Who speaks HTTP/2 finds the connection closed.</summary>
internal static class PlainAnswer
{
    /// <summary>The bytes of a refusal, which ends the connection.</summary>
    public static byte[] Of(HandshakeRefusal refusal)
    {
        // An Upgrade header must be named by Connection (RFC 9110 section 7.8).
        var connection = refusal.HeaderName == "Upgrade" ? "close, Upgrade" : "close";
        var header = refusal.HeaderName is null ? string.Empty : $"{refusal.HeaderName}: {refusal.HeaderValue}\r\n";
        var body = Encoding.UTF8.GetBytes(refusal.Text + "\n");
        var head = $"HTTP/1.1 {refusal.Status} {ReasonPhrases.GetReasonPhrase(refusal.Status)}\r\nConnection: {connection}\r\n{header}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Says no before anything was asked, to somebody who may not wait for it.</summary>
    public static Task RefuseAsync(ConnectionContext connection, HandshakeRefusal refusal) => WriteAsync(connection, Of(refusal));

    /// <summary>Writes the last bytes of a connection to somebody who may not wait for them.</summary>
    public static async Task WriteAsync(ConnectionContext connection, ReadOnlyMemory<byte> answer)
    {
        try
        {
            await connection.Transport.Output.WriteAsync(answer);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It did not wait for the answer.
        }
    }
}
