using WampRouter.Delivery;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Learns of every change of the registrations as it happens: what the meta events of <c>rfc/text/advanced/rpc_registration_meta_api.md</c> are made of. The order is
/// theirs: create before register, unregister before delete. Called under the lock of <see cref="Registrations"/>: it may enqueue, nothing else.
/// </summary>
internal interface IRegistrationObserver
{
    /// <summary>A registration came to be, by this session's REGISTER.</summary>
    void OnCreate(Member session, Registration registration, FlushBatch batch);

    /// <summary>A session was added to a registration; it has its REGISTERED.</summary>
    void OnRegister(Member session, Registration registration, FlushBatch batch);

    /// <summary>A session was removed from a registration: it unregistered, it left, or the registration was revoked, which is not its own doing.</summary>
    void OnUnregister(Member session, Registration registration, bool isRevoked, FlushBatch batch);

    /// <summary>A registration ended, after its last session was removed.</summary>
    void OnDelete(Member session, Registration registration, FlushBatch batch);
}
