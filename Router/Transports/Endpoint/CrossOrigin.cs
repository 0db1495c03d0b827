using System.Text;

namespace WampRouter.Transports.Endpoint;

/// <summary>What browsers are told of requests from pages (the Fetch standard, "CORS protocol").</summary>
internal static class CrossOrigin
{
    /// <summary>What a browser may remember of a preflight, in seconds.</summary>
    private const string PreflightAge = "600";

    /// <summary>The headers of every answer: nobody on the way keeps it, or takes it for something else, or for an answer to another page.</summary>
    public static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Append("Vary", "Origin");
    }

    /// <summary>Tells a browser that the page may read the answer, cookies or not: it may connect, so it could by WebSocket as well. An origin that no browser sends is told nothing: not every text can stand in a header.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="origin">The page.</param>
    /// <param name="exposed">The headers that it may read besides.</param>
    public static void Allow(HttpResponse response, string origin, string exposed)
    {
        if (!Ascii.IsValid(origin))
        {
            return;
        }

        response.Headers.AccessControlAllowOrigin = origin;
        response.Headers.AccessControlAllowCredentials = "true";
        response.Headers.AccessControlExposeHeaders = exposed;
    }

    /// <summary>Answers the question of a browser what its page may ask.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="method">The one method beside OPTIONS.</param>
    /// <param name="headers">The headers that requests may have.</param>
    public static void WriteOptions(HttpResponse response, string method, string headers)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Allow = $"{method}, OPTIONS";
        response.Headers.AccessControlAllowMethods = method;
        response.Headers.AccessControlAllowHeaders = headers;
        response.Headers.AccessControlMaxAge = PreflightAge;
    }
}
