using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Events;
using WampRouter.Realms.Members;

namespace WampRouter.Tests.Realms;

/// <summary>Stands beside a realm, as another router would: hears everything, and takes the publications of interest.</summary>
internal sealed class RecordingNeighbour : IMemberObserver, ISubscriptionObserver, IRegistrationObserver, IPublicationOutlet
{
    public RealmNeighbours AsNeighbours => new() { Members = [this], Subscriptions = [this], Registrations = [this], Outlets = [this] };

    /// <summary>What it was told of, in order.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The publications it took, as topic, publisher and arguments.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>The ids of those publications.</summary>
    public List<ulong> Ids { get; } = [];

    /// <summary>What is wanted elsewhere.</summary>
    public InterestTable Interest { get; } = new();

    public bool Wants(ReadOnlySpan<byte> topic) => Interest.Covers(topic);

    public void Send(in Publication publication, FlushBatch batch)
    {
        Ids.Add(publication.Id);
        Taken.Add($"{publication.Topic} by {publication.Origin.Identity?.AuthId ?? "the router"}{(publication.Disclosed is null ? "" : ", disclosed")}: {Encoding.UTF8.GetString(publication.Payload.ToArray())}");
    }

    public void OnJoin(Member member, FlushBatch batch) => Heard.Add($"{member.Identity.AuthId} joined");

    public void OnLeave(Member member, FlushBatch batch) => Heard.Add($"{member.Identity.AuthId} left");

    public void OnCreate(Member member, Subscription subscription, FlushBatch batch) => Heard.Add($"topic {Encoding.UTF8.GetString(subscription.Uri)} created by {member.Identity.AuthId}");

    public void OnSubscribe(Member member, Subscription subscription, FlushBatch batch) => Heard.Add($"{member.Identity.AuthId} subscribed");

    public void OnUnsubscribe(Member member, Subscription subscription, bool isRevoked, FlushBatch batch) => Heard.Add($"{member.Identity.AuthId} unsubscribed");

    public void OnDelete(Member member, Subscription subscription, FlushBatch batch) => Heard.Add($"topic {Encoding.UTF8.GetString(subscription.Uri)} deleted");

    public void OnCreate(Member session, Registration registration, FlushBatch batch) => Heard.Add($"procedure {Encoding.UTF8.GetString(registration.Uri)} created by {session.Identity.AuthId}");

    public void OnRegister(Member session, Registration registration, FlushBatch batch) => Heard.Add($"{session.Identity.AuthId} registered");

    public void OnUnregister(Member session, Registration registration, bool isRevoked, FlushBatch batch) => Heard.Add($"{session.Identity.AuthId} unregistered");

    public void OnDelete(Member session, Registration registration, FlushBatch batch) => Heard.Add($"procedure {Encoding.UTF8.GetString(registration.Uri)} deleted");
}
