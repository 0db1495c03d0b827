using WampRouter.Delivery;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Is told of every change of registrations, for the meta events of <c>rfc/text/advanced/meta_api_registrations.md</c>. The order is that of
/// the events: create before register, unregister before delete. Called under the lock of <see cref="Registrations"/>, so an observer may only enqueue frames.
/// </summary>
internal interface IRegistrationObserver
{
    /// <summary>A session's REGISTER created a registration.</summary>
    void OnCreate(Member session, Registration registration, FlushBatch batch);

    /// <summary>A session was added to a registration; its REGISTERED is enqueued.</summary>
    void OnRegister(Member session, Registration registration, FlushBatch batch);

    /// <summary>A session was removed from a registration: it unregistered, left, or its registration was revoked (<paramref name="isRevoked"/>).</summary>
    void OnUnregister(Member session, Registration registration, bool isRevoked, FlushBatch batch);

    /// <summary>A registration ended, after its last session was removed.</summary>
    void OnDelete(Member session, Registration registration, FlushBatch batch);
}
