using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Quotas;
using WampRouter.Wire;

namespace WampRouter.Realms.Members;

/// <summary>
/// A session as a member of its realm: its identity, what it holds, and what it waits for. Or a link to those who are elsewhere, for whom it waits and serves: it is like a member, but no session
/// can see it.
/// </summary>
internal sealed class Member(MemberIdentity identity, PeerFeatures features, Role role, IPeer peer, SessionQuota quota) : IDeliveryGate
{
    private volatile bool _hasLeft;
    private volatile bool _leavesSilently;
    private volatile Testaments? _testaments;
    private volatile SessionTraffic? _traffic;
    private volatile Role _role = role;         // as the policy has it that was asked for last

    /// <summary>Its identity. Replaced when the session goes on over another connection; only the transport then differs.</summary>
    public MemberIdentity Identity { get; set; } = identity;

    /// <summary>The features it announced.</summary>
    public PeerFeatures Features { get; } = features;

    /// <summary>Takes the messages for it.</summary>
    public IPeer Peer { get; } = peer;

    /// <summary>What it uses of the realm's limits.</summary>
    public SessionQuota Quota { get; } = quota;

    /// <summary>Its subscriptions by id. Only under the broker's lock; null until the first.</summary>
    public Dictionary<ulong, Subscriber>? Subscriptions { get; set; }

    /// <summary>Its endpoints by registration id. Only under the dealer's lock; null until the first.</summary>
    public Dictionary<ulong, CalleeEndpoint>? Endpoints { get; set; }

    /// <summary>The calls it made that are not answered yet.</summary>
    public PendingCalls Calls { get; } = new();

    /// <summary>The invocations it got and has not answered.</summary>
    public PendingInvocations Invocations { get; } = new();

    /// <summary>The decision about the message that its loop is about to give to the realm again; null: none. Its own loop only.</summary>
    public PendingDecision? Decided { get; set; }

    /// <summary>True once it has left and can no longer be announced to others. Written under the lock of <see cref="MemberTable"/>.</summary>
    public bool HasLeft
    {
        get => _hasLeft;
        set => _hasLeft = value;
    }

    /// <summary>Whether a frame that another thread made for it may still be sent, because no later session on the connection can get it.</summary>
    bool IDeliveryGate.IsOpen => !_hasLeft;

    /// <summary>The publications for its end; null until there is one. Set by its own loop only.</summary>
    public Testaments? Testaments
    {
        get => _testaments;
        set => _testaments = value;
    }

    /// <summary>The traffic that statistics have reported; null where they are off. Any thread.</summary>
    public SessionTraffic? Traffic
    {
        get => _traffic;
        set => _traffic = value;
    }

    /// <summary>Whether neither testaments nor session meta events are published when it leaves, because all sessions are killed together.</summary>
    public bool LeavesSilently
    {
        get => _leavesSilently;
        set => _leavesSilently = value;
    }

    /// <summary>Its role in a policy. The last answer is kept, so this is cheap as long as everybody asks for the same policy. Any thread.</summary>
    public Role RoleIn(RealmPolicy policy)
    {
        var role = _role;
        if (!ReferenceEquals(role.Policy, policy))
        {
            _role = role = ReferenceEquals(role, role.Policy.Outside) ? policy.Outside : policy.RoleOf(role.Name);
        }

        return role;
    }

    /// <summary>Logs what is odd about a request of this session, if anything is.</summary>
    /// <param name="role">Its role, by which the request was judged.</param>
    /// <param name="request">PUBLISH, SUBSCRIBE, CALL or REGISTER.</param>
    /// <param name="match">How its URI is compared.</param>
    /// <param name="refusal">Why it is refused; null where it is not.</param>
    /// <param name="isSilent">Whether the client is not told, because it asked for no acknowledgement.</param>
    public void Remark(Role role, in WampMessage request, MatchPolicy match, Refusal? refusal, bool isSilent = false)
    {
        var remark = new Remark(Identity, role, request, match, refusal) { IsSilent = isSilent };
        if (remark.IsWorthALine)
        {
            Peer.Note(remark);
        }
    }

    /// <summary>Logs that this session gets no EVENT of a publication, because its serializer cannot express the arguments.</summary>
    /// <param name="topic">The topic in UTF-8.</param>
    public void RemarkLeftOut(ReadOnlySpan<byte> topic) => Peer.Note(Peers.Remark.OfLeftOut(Identity, Peer.Encoding.Format, topic));

    /// <summary>Whether a message is a CALL that continues an earlier one, with the same id (<c>rfc/text/advanced/rpc_progressive_call_invocations.md</c>).</summary>
    public bool Continues(in WampMessage message) =>
        message.Code == MessageCode.Call
        && (Features & PeerFeatures.CallerProgressiveInvocations) != 0
        && Calls.Admit(message.Request) is CallAdmission.Continuation or CallAdmission.Superfluous;

    /// <summary>True once it has left. Broker and dealer each have their own, written and read under their lock.</summary>
    public bool LeftBroker { get; set; }

    /// <inheritdoc cref="LeftBroker"/>
    public bool LeftDealer { get; set; }
}
