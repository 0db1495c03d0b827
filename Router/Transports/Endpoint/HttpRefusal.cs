using System.Text;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.Endpoint;

/// <summary>A refusal as the answer to a request of an HTTP pipeline. Where there is no pipeline yet, <see cref="FrontDoor.PlainAnswer"/> writes the same.</summary>
internal static class HttpRefusal
{
    /// <summary>Says no, in words for a person.</summary>
    public static Task WriteAsync(HttpResponse response, HandshakeRefusal refusal)
    {
        EarlyAnswer.CloseUnlessWhole(response.HttpContext);
        response.StatusCode = refusal.Status;
        if (refusal.HeaderName is not null)
        {
            response.Headers[refusal.HeaderName] = refusal.HeaderValue;
        }

        if (refusal.HeaderName == "Upgrade")
        {
            response.Headers.Append("Connection", "Upgrade");       // must name it (RFC 9110 section 7.8)
        }

        var body = Encoding.UTF8.GetBytes(refusal.Text + "\n");
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, response.HttpContext.RequestAborted).AsTask();
    }
}
