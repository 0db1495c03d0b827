using Microsoft.AspNetCore.WebUtilities;
using WampRouter.Transports.Endpoint;

namespace WampRouter.Http;

/// <summary>How answers are written.</summary>
internal static class HttpAnswers
{
    /// <summary>The type of results and events.</summary>
    public const string Json = "application/json";

    /// <summary>The type of results that come one after the other, each in a line.</summary>
    public const string JsonLines = "application/x-ndjson";

    /// <summary>The type of server-sent events.</summary>
    public const string EventStream = "text/event-stream";

    private const string ProblemJson = "application/problem+json";

    /// <summary>Says no.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        EarlyAnswer.CloseUnlessWhole(context);
        context.Response.StatusCode = problem.Status;
        if (problem.Header is { } header)
        {
            context.Response.Headers[header.Name] = header.Value;
        }

        return WriteAsync(context, JsonBody.Of(problem, TitleOf(problem)), ProblemJson);
    }

    /// <summary>Says what the status alone does not.</summary>
    public static Task WriteAsync(HttpContext context, byte[] body, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return SendAsync(context, body);
    }

    /// <summary>Sends a piece of an answer at once.</summary>
    /// <exception cref="IOException">The client has gone.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> piece)
    {
        try
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The connection has ended.", e);      // the server has taken it down, and not said so yet
        }
    }

    /// <summary>The title of a problem: what its status is called.</summary>
    public static string TitleOf(Problem problem) => ReasonPhrases.GetReasonPhrase(problem.Status);

    /// <summary>Begins an answer that comes piece by piece. Nobody on the way waits for more of it; a client may take it as slowly as a WebSocket may take its messages.</summary>
    public static void BeginStream(HttpContext context, string type, TimeSpan stallTimeout)
    {
        context.Response.ContentType = type;
        context.Response.Headers["X-Accel-Buffering"] = "no";
        AnswerPace.Set(context, stallTimeout);
    }
}
