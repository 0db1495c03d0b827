using System.Globalization;

namespace WampRouter.Http.Events;

/// <summary>
/// Events by polling, for those who can do no more than ask: the first request says which topics, and is answered with the next one to send. In between, the subscription goes on.
/// </summary>
/// <param name="entrance">Gives sessions, and holds feeds.</param>
internal sealed class EventPolls(HttpEntrance entrance)
{
    private static readonly Problem NotThere = new(StatusCodes.Status404NotFound, "There is no such poll: it never was, or nobody has asked for too long. Begin anew with 'topic', and 'last_event_id' with the last 'position'.");

    /// <summary>Serves a request.</summary>
    /// <returns>What is wrong; null: the answer is written.</returns>
    public async Task<Problem?> WriteAsync(HttpContext context, HttpVisit visit)
    {
        var query = context.Request.Query;
        var limits = visit.Within.Options;
        if (!TryReadWait(query["wait"], limits.LongPollWait, out var wait))
        {
            return new(StatusCodes.Status400BadRequest, FormattableString.Invariant($"'wait' is a number of seconds, at most {limits.LongPollWait.TotalSeconds} (WampRouter:Transports:LongPollWait)."));
        }

        var owner = entrance.OwnerOf(visit);
        var number = 1L;
        HeldFeed? held;
        if (query["id"].ToString() is { Length: > 0 } id)
        {
            held = entrance.Feeds.Find(id, owner);
            if (held is null)
            {
                return NotThere;
            }

            if (!long.TryParse(query["n"], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            {
                return new(StatusCodes.Status400BadRequest, "'n' is the number of the answer: ask for what the last one says in 'next'.");
            }
        }
        else
        {
            (held, var problem) = await OpenAsync(context, visit, owner);
            if (held is null)
            {
                return problem;
            }
        }

        try
        {
            return await AnswerAsync(context, held, number, wait, limits.MaxMessageBytes);
        }
        catch when (query["id"].Count == 0)
        {
            await entrance.Feeds.RemoveAsync(held);     // nobody has been told of it
            throw;
        }
    }

    private static async Task<Problem?> AnswerAsync(HttpContext context, HeldFeed held, long number, TimeSpan wait, int mostBytes)
    {
        if (await held.TakeAsync(number, wait, mostBytes, context.RequestAborted) is not { } answer)
        {
            return held.HasEnded ? NotThere : new(StatusCodes.Status409Conflict, "Another request of the same poll is under way, or 'n' is neither that of the last answer nor the next one.");
        }

        await HttpAnswers.WriteAsync(context, answer, HttpAnswers.Json);
        return null;
    }

    private async Task<(HeldFeed? Held, Problem? Problem)> OpenAsync(HttpContext context, HttpVisit visit, HttpVisitorKey owner)
    {
        if (!EventRequest.TryParse(context.Request.Query, out var request, out var fault))
        {
            return (null, new(StatusCodes.Status400BadRequest, fault));
        }

        var (session, problem) = await entrance.JoinAsync(visit);
        if (session is null)
        {
            return (null, problem);
        }

        var feed = new EventFeed(session, request, visit.Within.Options.HttpHeldBytes, entrance.Services.Budget, entrance.Metrics);
        try
        {
            if (await feed.BeginAsync(EventStreams.LastEventIdOf(context.Request), context.RequestAborted) is not { } refusal)
            {
                return (entrance.Feeds.Add(feed, owner), null);
            }

            await feed.DisposeAsync();
            return (null, refusal);
        }
        catch
        {
            await feed.DisposeAsync();
            throw;
        }
    }

    private static bool TryReadWait(string? text, TimeSpan most, out TimeSpan wait)
    {
        wait = most;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && seconds >= 0;
        wait = isNumber && seconds < most.TotalSeconds ? TimeSpan.FromSeconds(seconds) : most;
        return isNumber;
    }
}
