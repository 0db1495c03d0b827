namespace WampRouter.Http.Events;

/// <summary>Server-sent events: a subscription of one or more topics as long as the request lasts.</summary>
/// <param name="entrance">Gives sessions.</param>
internal sealed class EventStreams(HttpEntrance entrance)
{
    /// <summary>When a browser comes again that has lost its connection.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>Serves a request until its client or its session goes.</summary>
    /// <returns>What is wrong, where nothing was written yet; null: the answer is written.</returns>
    public async Task<Problem?> WriteAsync(HttpContext context, HttpVisit visit)
    {
        if (!EventRequest.TryParse(context.Request.Query, out var request, out var fault))
        {
            return new(StatusCodes.Status400BadRequest, fault);
        }

        var (session, problem) = await entrance.JoinAsync(visit);
        if (session is null)
        {
            return problem;
        }

        await using var feed = new EventFeed(session, request, visit.Within.Options.HttpHeldBytes, entrance.Services.Budget, entrance.Metrics);
        if (await feed.BeginAsync(LastEventIdOf(context.Request), context.RequestAborted) is { } refusal)
        {
            return refusal;
        }

        HttpAnswers.BeginStream(context, HttpAnswers.EventStream, visit.Within.Options.StallTimeout);
        await WriteAsync(context, feed, visit);
        return null;
    }

    /// <summary>Where a client was: the header that browsers send, or the query of those who cannot set it.</summary>
    public static string? LastEventIdOf(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : request.Query["last_event_id"].ToString() is { Length: > 0 } given ? given : null;

    private async Task WriteAsync(HttpContext context, EventFeed feed, HttpVisit visit)
    {
        var gone = context.RequestAborted;
        await HttpAnswers.SendAsync(context, ServerSentEvent.Begin(Retry, feed.Position));
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(gone);
        await using var items = feed.ReadAsync(reading.Token).GetAsyncEnumerator(reading.Token);
        var next = items.MoveNextAsync().AsTask();
        try
        {
            while (await IsOneComingAsync(next, context, visit))
            {
                var item = items.Current;
                await HttpAnswers.SendAsync(context, ServerSentEvent.Write(JsonBody.InOneLine(item.Json), item.Name, item.Position));
                if (item.Name is null)
                {
                    entrance.Metrics.Sent("events");
                }

                next = items.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // What reads is not to be disposed of while it reads.
            await reading.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the next item, and writes meanwhile what keeps the connection alive and shows whether it is.</summary>
    private static async Task<bool> IsOneComingAsync(Task<bool> next, HttpContext context, HttpVisit visit)
    {
        while (!next.IsCompleted)
        {
            using var awake = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            var silence = Task.Delay(visit.Within.Options.PingInterval, visit.Within.Time, awake.Token);
            if (await Task.WhenAny(next, silence) == silence)
            {
                await silence;
                await HttpAnswers.SendAsync(context, ServerSentEvent.Comment);
            }

            await awake.CancelAsync();
        }

        return await next;
    }
}
