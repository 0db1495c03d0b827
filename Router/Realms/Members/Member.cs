using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Quotas;
using WampRouter.Realms.Settings;
using WampRouter.Wire;

namespace WampRouter.Realms.Members;

/// <summary>A session as its realm keeps it: who it is, what it holds, what it waits for.</summary>
internal sealed class Member(MemberIdentity identity, PeerFeatures features, Role role, IPeer peer, RealmLimits limits, SessionQuota quota) : IDeliveryGate
{
    private volatile bool _hasLeft;
    private volatile bool _leavesSilently;
    private volatile Testaments? _testaments;

    /// <summary>Who it is. Replaced when the session goes on over another connection: only the transport differs.</summary>
    public MemberIdentity Identity { get; set; } = identity;

    /// <summary>What it announced.</summary>
    public PeerFeatures Features { get; } = features;

    /// <summary>What it may do.</summary>
    public Role Role { get; } = role;

    /// <summary>Where its messages go.</summary>
    public IPeer Peer { get; } = peer;

    /// <summary>What it makes the realm hold.</summary>
    public SessionQuota Quota { get; } = quota;

    /// <summary>Its subscriptions by id. Only under the broker's lock; null until the first.</summary>
    public Dictionary<ulong, Subscriber>? Subscriptions { get; set; }

    /// <summary>Its part in each registration, by registration id. Only under the dealer's lock; null until the first.</summary>
    public Dictionary<ulong, CalleeEndpoint>? Endpoints { get; set; }

    /// <summary>The calls it made and waits for.</summary>
    public PendingCalls Calls { get; } = new(limits.MaxPendingCallsPerSession);

    /// <summary>The invocations it was sent and has not answered.</summary>
    public PendingInvocations Invocations { get; } = new(limits.MaxPendingInvocationsPerSession);

    /// <summary>True once it left, and cannot be made known to the others any more. Written under the lock of the <see cref="MemberTable"/>.</summary>
    public bool HasLeft
    {
        get => _hasLeft;
        set => _hasLeft = value;
    }

    /// <summary>Whether what was made ready for it on another thread still reaches it, and not the session after it.</summary>
    bool IDeliveryGate.IsOpen => !_hasLeft;

    /// <summary>What is to be published when it leaves; null until there is something. Set by its own loop only.</summary>
    public Testaments? Testaments
    {
        get => _testaments;
        set => _testaments = value;
    }

    /// <summary>What was told of its messages; null where nobody is told of any. Set before others know of it.</summary>
    public SessionTraffic? Traffic { get; set; }

    /// <summary>Whether nobody is told that it leaves: all are made to leave together.</summary>
    public bool LeavesSilently
    {
        get => _leavesSilently;
        set => _leavesSilently = value;
    }

    /// <summary>Says for the log what is odd about a request of this session, if anything is.</summary>
    /// <param name="request">PUBLISH, SUBSCRIBE, CALL or REGISTER.</param>
    /// <param name="match">How its URI is meant.</param>
    /// <param name="refusal">Why it is refused; null where it is not.</param>
    /// <param name="isSilent">Whether its author is not told, because no acknowledgement was asked for.</param>
    public void Remark(in WampMessage request, MatchPolicy match, Refusal? refusal, bool isSilent = false)
    {
        var remark = new Remark(Identity, Role, request, match, refusal) { IsSilent = isSilent };
        if (remark.IsWorthALine)
        {
            Peer.Note(remark);
        }
    }

    /// <summary>Says for the log that this session gets no EVENT of a publication, because its serializer cannot express the arguments.</summary>
    /// <param name="topic">In UTF-8.</param>
    public void RemarkLeftOut(ReadOnlySpan<byte> topic) => Peer.Note(Peers.Remark.OfLeftOut(Identity, Role, Peer.Encoding.Format, topic));

    /// <summary>Whether a message is a CALL that goes on with an earlier one, under its id (<c>rfc/text/advanced/rpc_progressive_call_invocations.md</c>).</summary>
    public bool Continues(in WampMessage message) =>
        message.Code == MessageCode.Call
        && (Features & PeerFeatures.CallerProgressiveInvocations) != 0
        && Calls.Admit(message.Request) is CallAdmission.Continuation or CallAdmission.Superfluous;

    /// <summary>True once it left. Written under the broker's and the dealer's lock in turn; each reads its own.</summary>
    public bool LeftBroker { get; set; }

    /// <inheritdoc cref="LeftBroker"/>
    public bool LeftDealer { get; set; }
}
