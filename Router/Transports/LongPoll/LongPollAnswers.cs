using System.Buffers;
using System.Text.Json;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>The answers to requests of long-poll clients, as they are written.</summary>
internal static class LongPollAnswers
{
    /// <summary>Pieces of an answer that go to the server at once: it takes no more itself before it waits for the client.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>Answers with a transport.</summary>
    public static Task WriteOpenedAsync(HttpResponse response, string protocol, string id)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("protocol"u8, protocol);
            json.WriteString("transport"u8, id);
            json.WriteEndObject();
        }

        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        return response.Body.WriteAsync(body.WrittenMemory, response.HttpContext.RequestAborted).AsTask();
    }

    /// <summary>Answers with messages.</summary>
    /// <param name="response">Of a request to receive.</param>
    /// <param name="messages">One, or a batch.</param>
    /// <param name="format">The format of the messages.</param>
    /// <returns>
    /// Whether the server has taken all of it while the client was there. Nothing tells more over HTTP. Where it is false, the client has not got the whole answer: as long as nothing was flushed, nothing has gone out, and what was
    /// flushed afterwards lacks its end.
    /// </returns>
    public static async ValueTask<bool> TryWriteAsync(HttpResponse response, ReadOnlySequence<byte> messages, WireFormat format)
    {
        var gone = response.HttpContext.RequestAborted;
        try
        {
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = TypeOf(format);
            response.ContentLength = messages.Length;
            for (var left = messages; !left.IsEmpty && !gone.IsCancellationRequested;)
            {
                var piece = left.Slice(0, Math.Min(left.Length, PieceBytes));
                foreach (var part in piece)
                {
                    response.BodyWriter.Write(part.Span);
                }

                left = left.Slice(piece.End);
                if (gone.IsCancellationRequested || await response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false) is { IsCompleted: true } or { IsCanceled: true })
                {
                    return false;
                }

                if (left.IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string TypeOf(WireFormat format) => format switch
    {
        WireFormat.Json => "application/json",
        WireFormat.MessagePack => "application/x-msgpack",
        _ => "application/cbor",
    };
}
