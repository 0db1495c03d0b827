using System.Diagnostics.CodeAnalysis;
using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.History;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>
/// What was published before (<c>rfc/text/advanced/pubsub_event_history.md</c>). Answered when it is the call's turn and the store has read it, be it on another thread. Until then
/// it is a call under way like any other: CANCEL ends it, and so does its caller when it leaves.
/// </summary>
internal sealed class HistoryProcedures(EventBroker broker, OpenCalls calls, RealmLimits limits, UriEntry getEvents, RealmMetrics metrics)
{
    /// <summary>The procedure's name.</summary>
    public const string GetEventsUri = "wamp.subscription.get_events";

    private static readonly Refusal NotReadable = new(WampErrors.Unavailable, "the event history cannot be read at the moment");

    private readonly HistoryTurns _turns = new(limits.MaxHistoryReads);

    /// <summary>What is answered here.</summary>
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
        if ((broker.FindHistory(caller, subscription, query, out var history) ?? caller.Quota.Take(Resource.HistoryReads, 1)) is { } refusal)
        {
            return refusal;
        }

        var page = new HistoryPage(caller.Peer.Encoding, subscription, limits.MaxHistoryResultBytes);
        var read = new HistoryRead(_turns, caller, history!, new HistoryReading(query, page), page);
        var record = new CallRecord(caller, call.Request, getEvents) { Work = read, IsInPieces = call.IsInPieces, AwaitsMore = call.IsInPieces };
        caller.Calls.Add(call.Request, new PendingCall(Callee: null, Invocation: 0, record));
        _ = AnswerAsync(record, read);
        return null;
    }

    /// <summary>The limit as second argument, as clients of Crossbar.io give it; the keyword counts where both are there.</summary>
    private static bool TryReadLimit(in MetaCall call, EventHistoryQuery query, [NotNullWhen(false)] out string? problem)
    {
        var arguments = call.Arguments;
        arguments.TryReadNext(out _);
        problem = query.Limit is null && arguments.TryReadNext(out var limit) && limit.Kind != WireKind.Null ? query.TakeLimit(limit) : null;
        return problem is null;
    }

    /// <summary>Reads as many turns as it takes to find something, or the end.</summary>
    /// <returns>Whether there may be more.</returns>
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
        // Whatever goes wrong in a store is the caller's answer: it must not wait for ever.
        var reading = ReadAsync(read);
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        read.Leave();
        if (!calls.TryEnd(record, out _))
        {
            return;         // canceled, or its caller has left
        }

        var batch = FlushBatch.OfThread;
        Refusal? refusal = !reading.IsCompletedSuccessfully ? NotReadable
            : read.Reading.Unknown is { } condition ? Refusal.NotInHistory(condition)
            : !TryReturn(record, read.Page, hasMore: await reading.ConfigureAwait(false), batch) ? Refusal.ReaderIsFull
            : null;
        if (refusal is { } reason)
        {
            metrics.Refused(MessageCode.Call, reason, record.Caller.Identity);
            record.Caller.Peer.Refuse(MessageCode.Call, record.Request, reason, batch, gate: record.Caller);
        }

        batch.Flush();
    }

    /// <summary>Sends the result, unless its reader has more to read than there is room for: it can ask again, so it need not lose its session.</summary>
    private static bool TryReturn(CallRecord record, HistoryPage page, bool hasMore, FlushBatch batch)
    {
        var writer = MetaCall.BeginResult(record.Caller.Peer, record.Request, hasMore);
        page.WriteTo(writer);
        writer.EndList();
        return record.Caller.Peer.Offer(writer.End(), batch, gate: record.Caller) != SendOutcome.NoRoom;
    }
}
