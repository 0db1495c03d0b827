using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace WampRouter.Http.Webhooks;

/// <summary>Answers the requests of those who send webhooks to a realm. Where it is mapped to is up to others. Any thread.</summary>
/// <param name="webhooks">Those of all realms.</param>
/// <param name="services">What all webhooks share.</param>
internal sealed class WebhookEndpoint(RouterWebhooks webhooks, WebhookServices services)
{
    private const string RetrySeconds = "5";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="realm">The realm that its path names.</param>
    /// <param name="name">The receiver that its path names.</param>
    public async Task HandleAsync(HttpContext context, string realm, string name)
    {
        var receiver = webhooks.Find(realm)?.FindReceiver(name);
        try
        {
            var answer = receiver is null ? new ReceiverAnswer(StatusCodes.Status404NotFound, "there is no such receiver")
                : !HttpMethods.IsPost(context.Request.Method) ? new ReceiverAnswer(StatusCodes.Status405MethodNotAllowed, "requests are posted")
                : await ReceiveAsync(context, receiver).ConfigureAwait(false);
            services.Metrics.Requested(receiver is null ? "" : realm, receiver?.Settings.Name ?? "", answer.Status);
            if (receiver is not null && answer.Detail is { } detail)
            {
                WebhookLog.RequestRefused(services.Logger, realm, name, context.Connection.RemoteIpAddress?.ToString() ?? "elsewhere", detail);
            }

            await AnswerAsync(context.Response, answer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
    }

    private static async Task<ReceiverAnswer> ReceiveAsync(HttpContext context, WebhookReceiver receiver)
    {
        // The receiver has a bound of its own; the server's is another one.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        try
        {
            return await receiver.ReceiveAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            return new ReceiverAnswer(e.StatusCode, "the request is broken");
        }
        catch (IOException)
        {
            return new ReceiverAnswer(StatusCodes.Status400BadRequest, "the body did not come");
        }
    }

    private static async Task AnswerAsync(HttpResponse response, ReceiverAnswer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.Detail is null ? "application/json" : "application/problem+json";
        if (answer.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status409Conflict)
        {
            response.Headers.RetryAfter = RetrySeconds;
        }
        else if (answer.Status is StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = HttpMethods.Post;
        }

        var json = RawJson.Of(writer => Write(writer, answer)).Utf8;
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter writer, ReceiverAnswer answer)
    {
        writer.WriteStartObject();
        if (answer.Detail is { } detail)
        {
            writer.WriteString("type"u8, "about:blank"u8);
            writer.WriteString("title"u8, Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(answer.Status));
            writer.WriteNumber("status"u8, answer.Status);
            writer.WriteString("detail"u8, detail);
        }
        else if (answer.Publication is { } publication)
        {
            writer.WriteNumber("publication"u8, publication);
        }
        else
        {
            writer.WriteBoolean("duplicate"u8, true);
        }

        writer.WriteEndObject();
    }
}
