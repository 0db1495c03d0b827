using System.Diagnostics.CodeAnalysis;
using WampRouter.Realms.History;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>What was published before (<c>rfc/text/advanced/pubsub_event_history.md</c>). Answered when the store has read it, be it on another thread.</summary>
internal sealed class HistoryProcedures(Broker.Broker broker)
{
    private static readonly Refusal NotReadable = new(WampErrors.Unavailable, "the event history cannot be read at the moment");

    /// <summary>What is answered here.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All => [("wamp.subscription.get_events", GetEvents)];

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

        _ = AnswerAsync(call.Caller, call.Request, subscription, broker.ReadHistoryAsync(call.Caller, subscription, query, CancellationToken.None));
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

    private static async Task AnswerAsync(Member caller, ulong request, ulong subscription, Task<HistoryAnswer> reading)
    {
        // Whatever goes wrong in a store is the caller's answer: it must not wait for ever. A caller that has left meanwhile is its own gate.
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var batch = FlushBatch.OfThread;
        var answer = reading.IsCompletedSuccessfully ? await reading.ConfigureAwait(false) : new HistoryAnswer(NotReadable, []);
        if (answer.Refusal is { } refusal)
        {
            caller.Peer.Refuse(MessageCode.Call, request, refusal, batch, gate: caller);
        }
        else
        {
            var writer = MetaCall.BeginResult(caller.Peer, request);
            HistoryResult.WriteEvents(writer, subscription, answer.Events);
            writer.EndList();
            caller.Peer.Send(writer.End(), batch, gate: caller);
        }

        batch.Flush();
    }
}
