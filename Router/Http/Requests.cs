using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>Publications and calls over HTTP: a request is one PUBLISH or one CALL, and its answer what answers that.</summary>
/// <param name="entrance">Gives sessions.</param>
internal sealed class Requests(HttpEntrance entrance)
{
    /// <summary>What a message has besides the values of a body, and more: a body of so many bytes less than a frame carries always fits.</summary>
    private const int RoomForMessage = 1024;

    private static readonly byte[] Acknowledge = "{\"acknowledge\":true}"u8.ToArray();

    /// <summary>Publishes what the body says. It is acknowledged, unless the options say otherwise.</summary>
    /// <returns>What is wrong; null: the answer is written.</returns>
    public async Task<Problem?> PublishAsync(HttpContext context, HttpVisit visit)
    {
        var (body, problem) = await ReadAsync(context, visit, "topic");
        if (body is null)
        {
            return problem;
        }

        var isAcknowledged = !FindFlag(body.Options, "acknowledge"u8, out var wish) || wish;
        var message = new RequestMessage(MessageCode.Publish, isAcknowledged ? WithAcknowledge(body.Options) : body.Options, body.Uri, body.Args, body.Kwargs);
        return message.FindFault() is { } fault ? Bad(fault) : await WithSessionAsync(context, visit, async session =>
        {
            if (!isAcknowledged)
            {
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                return await session.TellAsync(message, context.RequestAborted) is { } end ? Problem.Of(end) : null;
            }

            var answer = await session.AskAsync(message, context.RequestAborted);
            return await AnswerAsync(context, answer, MessageCode.Published, JsonBody.OfPublication);
        });
    }

    /// <summary>Calls what the body says. With the option <c>receive_progress</c> its results come as they are made.</summary>
    /// <returns>What is wrong; null: the answer is written.</returns>
    public async Task<Problem?> CallAsync(HttpContext context, HttpVisit visit)
    {
        var (body, problem) = await ReadAsync(context, visit, "procedure");
        if (body is null)
        {
            return problem;
        }

        if (FindFlag(body.Options, "progress"u8, out var isUnfinished) && isUnfinished)
        {
            return Bad("the option 'progress' says that more of the call follows, and an HTTP request is all of it");
        }

        var message = new RequestMessage(MessageCode.Call, body.Options, body.Uri, body.Args, body.Kwargs);
        if (message.FindFault() is { } fault)
        {
            return Bad(fault);
        }

        return FindFlag(body.Options, "receive_progress"u8, out var wantsProgress) && wantsProgress
            ? await StreamAsync(context, visit, message)
            : await WithSessionAsync(context, visit, async session =>
                await AnswerAsync(context, await session.AskAsync(message, context.RequestAborted), MessageCode.Result, JsonBody.OfResult));
    }

    /// <summary>Serves it with a session of its own: whoever takes his results slowly holds up nobody else.</summary>
    private async Task<Problem?> StreamAsync(HttpContext context, HttpVisit visit, RequestMessage call)
    {
        var (joined, problem) = await entrance.JoinAsync(visit);
        if (joined is null)
        {
            return problem;
        }

        await using var session = joined;
        return await new CallStream(context, session).WriteAsync(call, visit.Within.Options.StallTimeout);
    }

    private async Task<Problem?> WithSessionAsync(HttpContext context, HttpVisit visit, Func<HttpSession, Task<Problem?>> ask)
    {
        var (lent, problem) = await entrance.BorrowAsync(visit, context.RequestAborted);
        if (lent is null)
        {
            return problem;
        }

        using var lease = lent;
        return await ask(lease.Session);
    }

    private static async Task<Problem?> AnswerAsync(HttpContext context, Reply reply, MessageCode success, Func<Reply, byte[]> write)
    {
        if (reply.Code != success)
        {
            return Problem.Of(reply);
        }

        await HttpAnswers.WriteAsync(context, write(reply), HttpAnswers.Json);
        return null;
    }

    private static async Task<(RequestBody? Body, Problem? Problem)> ReadAsync(HttpContext context, HttpVisit visit, string uriKey)
    {
        // A page of anybody's may send other types without asking first.
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals(HttpAnswers.Json, StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return (null, new(StatusCodes.Status415UnsupportedMediaType, $"The body must be {HttpAnswers.Json} in UTF-8, and the header Content-Type must say so."));
        }

        var most = Math.Min(visit.Within.Options.MaxMessageBytes, RawSocketPrefix.MaxLength - RoomForMessage);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;     // this limit is another
        }

        if (await ReadAsync(context.Request.BodyReader, context.Request.ContentLength, most, context.RequestAborted) is not { } json)
        {
            return (null, new(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"A body has at most {most} bytes (WampRouter:Transports:MaxMessageBytes).")));
        }

        return RequestBody.TryParse(json, uriKey, out var body, out var fault) ? (body, null) : (null, new(StatusCodes.Status400BadRequest, fault));
    }

    /// <summary>All of a body; null where it is too large.</summary>
    private static async ValueTask<byte[]?> ReadAsync(PipeReader body, long? announced, int most, CancellationToken gone)
    {
        while (!(announced > most))
        {
            var read = await body.ReadAsync(gone);
            if (read.Buffer.Length > most)
            {
                body.AdvanceTo(read.Buffer.End);
                break;
            }

            if (read.IsCompleted)
            {
                var json = read.Buffer.ToArray();
                body.AdvanceTo(read.Buffer.End);
                return json;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return null;
    }

    /// <summary>Puts the option before those that are there.</summary>
    private static ReadOnlyMemory<byte> WithAcknowledge(ReadOnlyMemory<byte> options)
    {
        var hasAny = new DictionaryReader(WireFormat.Json, options.Span).TryReadNext(out _, out _);
        return hasAny ? (byte[])[.. Acknowledge.AsSpan(..^1), (byte)',', .. options.Span[1..]] : Acknowledge;
    }

    private static bool FindFlag(ReadOnlyMemory<byte> options, ReadOnlySpan<byte> key, out bool flag)
    {
        flag = false;
        return new DictionaryReader(WireFormat.Json, options.Span).TryFind(key, out var value) && value.TryGetBoolean(out flag);
    }

    private static Problem Bad(string fault) => new(StatusCodes.Status400BadRequest, $"This is no WAMP message: {fault}.");
}
