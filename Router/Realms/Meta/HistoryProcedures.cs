using System.Diagnostics.CodeAnalysis;
using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.History;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>
/// The procedure that reads event histories (<c>rfc/text/advanced/pubsub_event_history.md</c>). A call waits for its turn and for the store, and may be answered on another thread. Until then
/// it is pending like any other call: CANCEL ends it, and so does its caller when it leaves.
/// </summary>
internal sealed class HistoryProcedures(LivePolicy policy, EventBroker broker, OpenCalls calls, UriEntry getEvents, RealmMetrics metrics)
{
    /// <summary>The procedure's name.</summary>
    public const string GetEventsUri = "wamp.subscription.get_events";

    private static readonly Refusal NotReadable = new(WampErrors.Unavailable, "the event history cannot be read at the moment");

    private readonly HistoryTurns _turns = new(policy);

    /// <summary>The procedures, by URI.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All => [(GetEventsUri, GetEvents)];

    private Refusal? GetEvents(in MetaCall call)
    {
        if (!call.TryReadId(out var subscription))
        {
            return Refusal.InvalidArgument("the first argument must be a subscription id");
        }

        if (!EventHistoryQuery.TryRead(call.Keywords, out var query, out var problem) || !TryReadLimit(call, query, out problem))
        {
            return Refusal.InvalidArgument(problem);
        }

        var caller = call.Caller;
        if ((broker.FindHistory(caller, call.Role, subscription, query, out var history) ?? caller.Quota.Take(Resource.HistoryReads, 1)) is { } refusal)
        {
            return refusal;
        }

        var page = new HistoryPage(caller.Peer, subscription, call.Role.Policy.Limits.MaxHistoryResultBytes);
        var read = new HistoryRead(_turns, caller, history!, new HistoryReading(query, page), page);
        var record = new CallRecord(caller, new Origin(caller.Identity, call.Role.TrustLevel), call.Role, call.Request, getEvents) { Work = read, IsInPieces = call.IsInPieces, AwaitsMore = call.IsInPieces };
        caller.Calls.Add(call.Request, new PendingCall(Callee: null, Invocation: 0, record, metrics.BeginCall()));
        _ = AnswerAsync(record, read);
        return null;
    }

    /// <summary>Reads the limit from the second argument, where clients of Crossbar.io send it. If there is a keyword too, the keyword counts.</summary>
    private static bool TryReadLimit(in MetaCall call, EventHistoryQuery query, [NotNullWhen(false)] out string? problem)
    {
        var arguments = call.Arguments;
        arguments.TryReadNext(out _);
        problem = query.Limit is null && arguments.TryReadNext(out var limit) && limit.Kind != WireKind.Null ? query.TakeLimit(limit) : null;
        return problem is null;
    }

    /// <summary>Reads for as many turns as it takes to find something or to reach the end. While no other session waits, it reads on.</summary>
    /// <returns>Whether there may be more events.</returns>
    private async Task<bool> ReadAsync(HistoryRead read)
    {
        var isWanted = false;
        while (!read.Reading.IsOver && !(isWanted && read.Page.Count > 0) && await _turns.TakeAsync(read).ConfigureAwait(false))
        {
            try
            {
                await read.ReadAsync().ConfigureAwait(false);
            }
            finally
            {
                isWanted = _turns.GiveBack(read);
            }
        }

        return read.Reading.HasMore || !read.Reading.IsOver;
    }

    private async Task AnswerAsync(CallRecord record, HistoryRead read)
    {
        // Any failure of a store becomes the caller's answer, so that it does not wait for ever.
        var reading = ReadAsync(read);
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        read.Leave();
        if (!calls.TryEnd(record, out var call))
        {
            return;         // canceled, or the caller has left
        }

        var batch = FlushBatch.OfThread;
        Refusal? refusal = !reading.IsCompletedSuccessfully ? NotReadable
            : read.Reading.Unknown is { } condition ? Refusal.NotInHistory(condition)
            : Return(record, read.Page, hasMore: await reading.ConfigureAwait(false), batch);
        metrics.CallEnded(refusal is null ? CallOutcome.Result : CallOutcome.Refused, call.Began);
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Call, reason, record.Caller.Identity);
            record.Caller.Peer.Refuse(MessageCode.Call, record.Request, reason, batch, gate: record.Caller);
        }

        batch.Flush();
    }

    /// <summary>Sends the result, or says why not. Where the caller's outbox has no room, it gets an error and can ask again, instead of losing its session.</summary>
    private static Refusal? Return(CallRecord record, HistoryPage page, bool hasMore, FlushBatch batch)
    {
        var writer = MetaCall.BeginResult(record.Caller.Peer, record.Request, hasMore);
        page.WriteTo(writer);
        writer.EndList();
        return (writer.TryEnd(out var frame) ? record.Caller.Peer.Offer(frame, batch, gate: record.Caller) : SendOutcome.TooLong) switch
        {
            SendOutcome.NoRoom => Refusal.ReaderIsFull,
            SendOutcome.TooLong => Refusal.TooLong("page of events for its reader"),
            _ => null,
        };
    }
}
