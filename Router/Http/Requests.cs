using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>Publications and calls over HTTP: a request is one PUBLISH or one CALL, and its answer what answers that.</summary>
/// <param name="entrance">Gives sessions.</param>
internal sealed class Requests(HttpEntrance entrance)
{
    /// <summary>What a message has besides the values of a body, and more: a body of so many bytes less than a frame carries always fits.</summary>
    private const int RoomForMessage = 1024;

    private static readonly Problem NoRoomToAnswer = new(StatusCodes.Status503ServiceUnavailable, "It is done, and the router has no room for the answer (WampRouter:Transports:OutboxTotalBytes).") { Header = ("Retry-After", "1") };
    private static readonly Problem NoRoom = new(StatusCodes.Status503ServiceUnavailable, $"Try again: {InboundShare.NoRoom} (WampRouter:Transports:InboundTotalBytes).") { Header = ("Retry-After", "1") };

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
            return await AnswerAsync(context, visit, answer, MessageCode.Published, static published => JsonBody.OfPublication(published.Publication));
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
                await AnswerAsync(context, visit, await session.AskAsync(message, context.RequestAborted), MessageCode.Result, JsonBody.OfResult));
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

    private static async Task<Problem?> AnswerAsync(HttpContext context, HttpVisit visit, Reply reply, MessageCode success, Func<Reply, byte[]> write)
    {
        if (reply.Code != success)
        {
            return Problem.Of(reply);
        }

        using var room = new BodyRoom(visit.Within.Budget);
        if (!room.TryHold(2L * reply.Bytes))        // the message, and the answer that is made of it
        {
            return NoRoomToAnswer;
        }

        await HttpAnswers.WriteAsync(context, write(reply), HttpAnswers.Json);
        return null;
    }

    private static async Task<(RequestBody? Body, Problem? Problem)> ReadAsync(HttpContext context, HttpVisit visit, string uriKey)
    {
        // A page of anybody's may send other types without asking first.
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals(HttpAnswers.Json, StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return (null, new(StatusCodes.Status415UnsupportedMediaType, $"The body must be {HttpAnswers.Json} in UTF-8, and the header Content-Type must say so."));
        }

        var most = Math.Min(visit.Within.Options.MaxMessageBytes, RawSocketPrefix.MaxLength - RoomForMessage);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;     // this limit is another
        }

        var (json, problem) = await ReadInTimeAsync(context, visit, most);
        return json is null ? (null, problem)
            : RequestBody.TryParse(json, uriKey, out var body, out var fault) ? (body, null)
            : (null, new(StatusCodes.Status400BadRequest, fault));
    }

    private static async Task<(byte[]? Json, Problem? Problem)> ReadInTimeAsync(HttpContext context, HttpVisit visit, int most)
    {
        var limits = visit.Within.Options;
        using var room = new BodyRoom(visit.Within.Inbound);
        using var late = new CancellationTokenSource(limits.MessageTimeout, visit.Within.Time);
        await using var giveUp = late.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), context.Request.BodyReader);     // a token would break the reader
        return await ReadAsync(context.Request, most, limits.MessageTimeout, room);
    }

    /// <summary>All of a body, as far as there is room for what has come of it.</summary>
    private static async ValueTask<(byte[]? Json, Problem? Problem)> ReadAsync(HttpRequest request, int most, TimeSpan timeout, BodyRoom room)
    {
        var body = request.BodyReader;
        while (!(request.ContentLength > most))
        {
            var read = await body.ReadAsync();
            if (read.IsCanceled)
            {
                body.AdvanceTo(read.Buffer.End);
                return (null, new(StatusCodes.Status408RequestTimeout, $"A body may take {timeout} here (WampRouter:Transports:MessageTimeout)."));
            }

            var isTooLarge = read.Buffer.Length > most;
            if (isTooLarge || !room.TryHold(read.Buffer.Length))
            {
                body.AdvanceTo(read.Buffer.End);
                return (null, isTooLarge ? TooLarge(most) : NoRoom);
            }

            if (read.IsCompleted)
            {
                var json = read.Buffer.ToArray();
                body.AdvanceTo(read.Buffer.End);
                return (json, null);
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return (null, TooLarge(most));
    }

    private static Problem TooLarge(int most) => new(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"A body has at most {most} bytes (WampRouter:Transports:MaxMessageBytes)."));

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

    /// <summary>The room that one body takes of what all may hold together.</summary>
    private sealed class BodyRoom(ByteBudget all) : IDisposable
    {
        private InboundShare _held = new(all);

        public bool TryHold(long bytes) => _held.TryHold(bytes);

        public void Dispose() => _held.Clear();
    }
}
