using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>
/// Brings publications to all that they reach: the histories first, then the subscribers, then those who are elsewhere. Whether somebody may publish is settled before. Runs to completion on the publisher's thread,
/// and takes no lock.
/// </summary>
/// <param name="policy">By which publications of the router itself are judged for their receivers.</param>
/// <param name="uris">The topics.</param>
/// <param name="subscriptions">Who is reached.</param>
/// <param name="recorder">Writes histories.</param>
/// <param name="outlets">Take publications for those who are elsewhere.</param>
/// <param name="metrics">Counts EVENTs.</param>
internal sealed class PublicationRouting(
    LivePolicy policy, UriTable uris, SubscriptionIndex subscriptions, HistoryRecorder recorder, IReadOnlyList<IPublicationOutlet> outlets, RealmMetrics metrics)
{
    /// <summary>Whether a publication can end in a history now, so that its acknowledgement may have to wait.</summary>
    public bool Records => recorder.IsNeeded;

    /// <summary>Whether a publication of the router itself to this topic would reach anybody now, here or elsewhere.</summary>
    public bool IsHeard(ReadOnlySpan<byte> topic) => IsHeard(uris.Find(topic));

    /// <summary>Writes a publication into the histories that keep it. False if one has no room: the publication must then go nowhere.</summary>
    public bool TryRecord(in Publication publication, IAppendReceipt? receipt) => !recorder.IsNeeded || recorder.TryRecord(publication, receipt);

    /// <summary>Enqueues the EVENTs of a publication.</summary>
    public void Deliver(in Publication publication, FlushBatch batch)
    {
        var count = publication.Topic.Subscription is { } exact ? FanOut.Send(exact, publication, batch) : default;
        foreach (var pattern in subscriptions.PatternsMatching(publication.Topic))
        {
            count += FanOut.Send(pattern, publication, batch);
        }

        metrics.Published(count);
        if (outlets.Count > 0 && publication.Origin.IsHere)
        {
            SendElsewhere(publication, batch);
        }
    }

    /// <summary>
    /// Publishes for the router itself, for example a meta event: to any topic, and in the same order as any publication on this thread.
    /// Costs nothing if nobody is reached.
    /// </summary>
    /// <param name="topic">A valid URI; may begin with <c>wamp</c>.</param>
    /// <param name="state">Passed to <paramref name="writeArguments"/>.</param>
    /// <param name="writeArguments">Writes the one list of arguments.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="except">A session that gets no EVENT.</param>
    public void PublishInternal<TState>(ReadOnlySpan<byte> topic, TState state, Action<MessageWriter, TState> writeArguments, FlushBatch batch, Member? except = null)
    {
        var entry = uris.Find(topic);
        if (IsHeard(entry))
        {
            var publication = new Publication(policy.Current, entry, RouterArguments.Encode(state, writeArguments), except);
            TryRecord(publication, receipt: null);
            Deliver(publication, batch);
        }
    }

    private bool IsHeard(UriEntry topic) => subscriptions.Reaches(topic) || IsWantedElsewhere(topic);

    private bool IsWantedElsewhere(UriEntry topic)
    {
        for (var i = 0; i < outlets.Count; i++)
        {
            if (outlets[i].Wants(topic.Utf8))
            {
                return true;
            }
        }

        return false;
    }

    private void SendElsewhere(in Publication publication, FlushBatch batch)
    {
        for (var i = 0; i < outlets.Count; i++)
        {
            if (outlets[i].Wants(publication.Topic.Utf8))
            {
                outlets[i].Send(publication, batch);
            }
        }
    }
}
