using WampRouter.Delivery;
using WampRouter.Realms.Events;

namespace WampRouter.Realms.Broker;

/// <summary>
/// A way for publications of a realm to those who are elsewhere, such as the subscribers of another router. Publications that came from elsewhere do not take it, so nothing goes in circles.
/// </summary>
internal interface IPublicationOutlet
{
    /// <summary>Whether anybody there wants publications to a topic: see <see cref="InterestTable"/>. Called for every publication, on any thread; must be fast, and must not block.</summary>
    bool Wants(ReadOnlySpan<byte> topic);

    /// <summary>
    /// Takes a publication, once, whatever number of subscriptions want it, after the subscribers here. On the publisher's thread, so those of one publisher come in order. Must not block,
    /// and copies what it needs.
    /// </summary>
    void Send(in Publication publication, FlushBatch batch);
}
