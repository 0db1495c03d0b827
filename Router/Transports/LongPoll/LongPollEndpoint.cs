using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Endpoint;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// The requests of long-poll clients in an HTTP pipeline: <c>POST …/open</c>, and <c>…/ID/receive</c>, <c>…/ID/send</c> and <c>…/ID/close</c> of the transport that it answers with. What the query says does not matter, nor do the bodies
/// of requests that need none. Of HTTP/1.0, 1.1 and 2.
/// </summary>
/// <param name="entrance">Where it leads.</param>
internal sealed class LongPollEndpoint(LongPollEntrance entrance)
{
    /// <summary>The route value with what follows the path of the transport.</summary>
    public const string Rest = "longpoll";

    private const string Open = "open";
    private const string Receive = "receive";
    private const string Send = "send";
    private const string Close = "close";

    /// <summary>The route below a path.</summary>
    public static string RouteBelow(string path) => $"{path.TrimEnd('/')}/{{**{Rest}}}";

    /// <summary>Serves one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var request = HttpVisitor.Read(context) with { IsOriginAllowed = await EndpointCors.AllowsAsync(context) };
        entrance.Settle(request, Within(context), HttpVisitor.RemoteOf(context));
        CrossOrigin.SetHeaders(context.Response);
        try
        {
            var (id, action) = Split(context);
            var transport = id is null ? null : entrance.Find(id);
            if (await FindAnswerAsync(context, request, action, transport) is { } refusal)
            {
                entrance.NoteRefused(refusal, Entrance.AddressOf(request, HttpVisitor.RemoteOf(context)), context.TraceIdentifier, transport);
                await HttpRefusal.WriteAsync(context.Response, refusal);
            }
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The client waits for no answer.
        }
    }

    private async Task<HandshakeRefusal?> FindAnswerAsync(HttpContext context, VisitorRequest request, string action, LongPollTransport? transport)
    {
        try
        {
            return await AnswerAsync(context, request, action, transport);
        }
        catch (BadHttpRequestException e)
        {
            return new(e.StatusCode, e.Message);    // the server has limits of its own, and words for them
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            return new(400, "The request is broken, or has ended before its body.");     // if the client has gone, nobody reads it
        }
    }

    /// <summary>Answers, or says what the answer is that says no.</summary>
    private async Task<HandshakeRefusal?> AnswerAsync(HttpContext context, VisitorRequest request, string action, LongPollTransport? transport)
    {
        if (!entrance.Services.Origins.Allows(request))
        {
            return OriginPolicy.Refuse(request);
        }

        // Where the application has a rule of its own, it is its middleware that says it to browsers.
        if (!string.IsNullOrEmpty(request.Origin) && request.IsOriginAllowed is null)
        {
            CrossOrigin.Allow(context.Response, request.Origin, "Retry-After");
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            CrossOrigin.WriteOptions(context.Response, HttpMethods.Post, "Content-Type");
            return null;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return new(405, "Long-poll speaks by POST.", "Allow", "POST, OPTIONS");
        }

        return action switch
        {
            Open => await OpenAsync(context, request),
            Receive or Send or Close when transport is null => new(404, "There is no such transport: it never was, or has ended. Open another."),
            Receive or Send or Close when !transport.IsOwnedBy(request) => new(403, "This transport was opened by somebody else."),
            Receive => await ReceiveAsync(context, transport),
            Send => await SendAsync(context, transport),
            Close => CloseTransport(context, transport),
            _ => new(404, "There is nothing here: long-poll has open, and receive, send and close below the id of a transport."),
        };
    }

    /// <summary>What is asked for, of which transport; nothing that there is, where the path says nothing of the kind.</summary>
    private static (string? Id, string Action) Split(HttpContext context) => (context.Request.RouteValues[Rest] as string)?.Split('/') switch
    {
        [Open] => (null, Open),
        [{ Length: > 0 } id, (Receive or Send or Close) and var action] => (id, action),
        _ => (null, string.Empty),
    };

    private async Task<HandshakeRefusal?> OpenAsync(HttpContext context, VisitorRequest request)
    {
        var (open, refusal) = await OpenRequest.ReadAsync(context.Request.BodyReader);
        if (open is null)
        {
            return refusal;
        }

        request.Subprotocols = open.AsList;
        refusal = entrance.Open(request, Within(context), context.TraceIdentifier, HttpVisitor.RemoteOf(context), open.IsOfAutobahn(context.Request.Headers), out var opened);
        if (refusal is not null)
        {
            await HttpRefusal.WriteAsync(context.Response, refusal);    // it was counted already
            return null;
        }

        try
        {
            await LongPollAnswers.WriteOpenedAsync(context.Response, opened!.Protocol, opened.Id);
        }
        catch
        {
            entrance.Close(opened!);        // nobody knows of it
            throw;
        }

        return null;
    }

    /// <summary>The limits of the listener that a request has come to.</summary>
    private TransportServices Within(HttpContext context) => context.Features.Get<TransportServices>() ?? entrance.Services;

    private HandshakeRefusal? CloseTransport(HttpContext context, LongPollTransport transport)
    {
        entrance.Close(transport);
        context.Response.StatusCode = transport.StatusOfSuccess;
        return null;
    }

    private static async Task<HandshakeRefusal?> SendAsync(HttpContext context, LongPollTransport transport)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;     // a batch may be larger than a message, and the transport bounds both
        }

        var refusal = await transport.SendAsync(context.Request.BodyReader, context.Request.ContentLength, context.RequestAborted);
        context.Response.StatusCode = transport.StatusOfSuccess;
        return refusal;
    }

    private async Task<HandshakeRefusal?> ReceiveAsync(HttpContext context, LongPollTransport transport)
    {
        AnswerPace.Set(context, transport.StallTimeout);
        switch (await transport.ReceiveAsync(WriteAsync, context.RequestAborted))
        {
            case Received.Over:
                return transport.Over();
            case Received.Gone:
                context.Abort();
                return null;
            case Received.Nothing:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return null;
            default:
                return null;
        }

        async ValueTask<bool> WriteAsync(ReadOnlySequence<byte> messages)
        {
            var isWritten = await LongPollAnswers.TryWriteAsync(context.Response, messages, transport.Batches.Format);
            if (!isWritten)
            {
                entrance.NoteUnwritten(transport);
            }

            return isWritten;
        }
    }
}
