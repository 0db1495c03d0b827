using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>
/// Answers a call that wants progressive results (<c>rfc/text/advanced/rpc_progressive_call_results.md</c>): each as it comes, in a line of JSON, or as a server-sent event where the client prefers these.
/// The first one decides the status of the answer.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="session">A session of this request alone: what comes unasked are these results.</param>
internal sealed class CallStream(HttpContext context, HttpSession session)
{
    private readonly bool _isEventStream = context.Request.Headers.Accept.ToString().Contains(HttpAnswers.EventStream, StringComparison.OrdinalIgnoreCase);
    private bool _hasBegun;

    /// <summary>Makes the call and writes what comes of it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="stallTimeout">How long a client may take nothing.</param>
    /// <returns>What is wrong, where nothing was written yet; null: the answer is written.</returns>
    public async Task<Problem?> WriteAsync(RequestMessage call, TimeSpan stallTimeout)
    {
        var last = await session.AskAsync(call, progress => new ValueTask(WriteAsync("progress", JsonBody.OfResult(progress), stallTimeout)), context.RequestAborted).ConfigureAwait(false);
        if (last.Code is MessageCode.Result)
        {
            await WriteAsync("result", JsonBody.OfResult(last), stallTimeout).ConfigureAwait(false);
            return null;
        }

        var problem = Problem.Of(last);
        if (!_hasBegun)
        {
            return problem;
        }

        await WriteAsync("error", JsonBody.Of(problem, HttpAnswers.TitleOf(problem)), stallTimeout).ConfigureAwait(false);
        return null;
    }

    private async Task WriteAsync(string name, byte[] json, TimeSpan stallTimeout)
    {
        if (!_hasBegun)
        {
            HttpAnswers.BeginStream(context, _isEventStream ? HttpAnswers.EventStream : HttpAnswers.JsonLines, stallTimeout);
            _hasBegun = true;
        }

        var line = JsonBody.InOneLine(json);
        await HttpAnswers.SendAsync(context, _isEventStream ? ServerSentEvent.Write(line, name) : (byte[])[.. line, (byte)'\n']).ConfigureAwait(false);
    }
}
