using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>A call that is offered to callees, for the first time or again. Borrows the CALL, or the copy of it.</summary>
internal ref struct CallOffer
{
    /// <summary>Who gets the answer: the caller, or the link to where he is.</summary>
    public Member Caller;

    /// <summary>The caller, as far as callees are told.</summary>
    public Origin Origin;

    /// <summary>What the caller may do, by the policy that judged the call.</summary>
    public Role Role;

    /// <summary>CALL.Request</summary>
    public ulong Request;

    /// <summary>The procedure.</summary>
    public UriEntry Procedure;

    /// <summary>CALL.Options</summary>
    public CallOptions Options;

    /// <summary>The arguments.</summary>
    public Payload Payload;

    /// <summary>The record of the call; null if it has none yet.</summary>
    public CallRecord? Record;

    /// <summary>Whether the call is already in the caller's <see cref="PendingCalls"/>.</summary>
    public bool IsPending;

    /// <summary>What the caller's role may do with the procedure.</summary>
    public Permissions Permissions;

    /// <summary>Whether the caller is disclosed to any callee, because the caller asks for it or the realm's rules say so.</summary>
    public readonly bool Discloses => Options.DiscloseMe || (Permissions & Permissions.DiscloseCaller) != 0;

    /// <summary>Reads the options of a call. Returns a protocol violation, or null.</summary>
    public static ProtocolViolation? Read(Member caller, scoped in Origin origin, Role role, scoped in WampMessage call, out CallOffer offer)
    {
        offer = default;
        offer.Caller = caller;
        offer.Origin = origin;
        offer.Role = role;
        offer.Request = call.Request;
        offer.Payload = call.Payload;
        return CallOptions.Read(call, out offer.Options);
    }

    /// <summary>Makes the offer again for a pending call, from its copy. False: the call has ended.</summary>
    public static bool TryRepeat(CallRecord record, out CallOffer offer)
    {
        offer = default;
        if (record.Held is not { } held)
        {
            return false;
        }

        Read(record.Caller, record.Origin, record.Role, held.Message, out offer);
        offer.Request = record.Request;
        (offer.Procedure, offer.Permissions) = (record.Procedure, record.Permissions);
        offer.Record = record;
        offer.IsPending = true;
        return true;
    }

    /// <summary>Sets the procedure.</summary>
    public void Address(UriEntry procedure)
    {
        Procedure = procedure;
        Permissions = procedure.PermissionsOf(Role);
    }
}
