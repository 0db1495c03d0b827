using Microsoft.AspNetCore.Http.Features;

namespace WampRouter.Transports.Endpoint;

/// <summary>Answers that are given before the body of a request has come.</summary>
internal static class EarlyAnswer
{
    /// <summary>
    /// Ends the connection with the answer, unless the whole body is there. Some proxies throw the body away when an answer comes first, and send the next request in its place: it would be taken for the body.
    /// </summary>
    public static void CloseUnlessWhole(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true } || !HttpProtocol.IsHttp11(context.Request.Protocol) || context.Response.HasStarted)
        {
            return;
        }

        try
        {
            while (context.Request.BodyReader.TryRead(out var read))
            {
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or BadHttpRequestException)
        {
            // It was read to its end, or somebody reads it, or it is wrong.
        }

        context.Response.Headers.Connection = "close";
    }
}
