using WampRouter.Realms.Events;
using WampRouter.Realms.History;

namespace WampRouter.Realms.Broker;

/// <summary>Writes publications into the histories of the subscriptions they match, before any subscriber gets them.</summary>
internal sealed class HistoryRecorder(SubscriptionIndex subscriptions, TimeProvider time)
{
    /// <summary>
    /// Records a publication in every matching history. False if a history has no room: the event must then not be published, because a publisher that is
    /// refused publishes it again.
    /// </summary>
    public bool TryRecord(in Publication publication, IAppendReceipt? receipt)
    {
        // Later readers cannot be compared with session ids, so such events are not kept.
        if (publication.Receivers is { NamesSessions: true })
        {
            return true;
        }

        StoredEvent? stored = null;
        if (!TryRecord(publication.Topic.Subscription, publication, receipt, ref stored))
        {
            return false;
        }

        foreach (var pattern in subscriptions.PatternsMatching(publication.Topic))
        {
            if (!TryRecord(pattern, publication, receipt, ref stored))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryRecord(Subscription? subscription, in Publication publication, IAppendReceipt? receipt, ref StoredEvent? stored)
    {
        if (subscription?.History is not { } history)
        {
            return true;
        }

        stored ??= StoredEvent.Copy(publication, time.GetUtcNow());
        return history.TryAppend(stored, receipt);
    }
}
