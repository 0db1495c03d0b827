using WampRouter.Delivery;

namespace WampRouter.Realms.Members;

/// <summary>
/// Is told of the members of a realm that other sessions can see. Each member joins once and then leaves once. Members that are killed together with all others leave untold, as
/// for <see cref="Member.LeavesSilently"/>. An observer may only enqueue frames.
/// </summary>
internal interface IMemberObserver
{
    /// <summary>A member joined; its WELCOME is enqueued. Under the lock of <see cref="MemberTable"/>.</summary>
    void OnJoin(Member member, FlushBatch batch);

    /// <summary>A member left, and what it held in the realm is gone.</summary>
    void OnLeave(Member member, FlushBatch batch);
}
