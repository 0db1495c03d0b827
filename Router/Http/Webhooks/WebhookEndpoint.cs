using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace WampRouter.Http.Webhooks;

/// <summary>Answers the requests of those who send webhooks to a realm. Where it is mapped to is up to others. Any thread.</summary>
/// <param name="webhooks">Those of all realms.</param>
/// <param name="services">What all webhooks share.</param>
internal sealed class WebhookEndpoint(RouterWebhooks webhooks, WebhookServices services)
{
    private const string RetrySeconds = "5";

    private static readonly byte[] Duplicate = "{\"duplicate\":true}"u8.ToArray();

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

            await AnswerAsync(context, answer).ConfigureAwait(false);
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

    private static Task AnswerAsync(HttpContext context, ReceiverAnswer answer)
    {
        if (answer.Detail is { } detail)
        {
            return HttpAnswers.WriteAsync(context, new Problem(answer.Status, detail)
            {
                Header = answer.Status switch
                {
                    StatusCodes.Status503ServiceUnavailable or StatusCodes.Status409Conflict => (HeaderNames.RetryAfter, RetrySeconds),
                    StatusCodes.Status405MethodNotAllowed => (HeaderNames.Allow, HttpMethods.Post),
                    _ => null,
                },
            });
        }

        context.Response.StatusCode = answer.Status;
        return HttpAnswers.WriteAsync(context, answer.Publication is { } publication ? JsonBody.OfPublication((ulong)publication) : Duplicate, HttpAnswers.Json);
    }
}
