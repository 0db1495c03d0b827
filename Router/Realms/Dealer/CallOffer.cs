using WampRouter.Realms.Authorization;
using WampRouter.Realms.Members;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>A call on its way to a callee, for the first time or again. Borrows the CALL, or the copy of it.</summary>
internal ref struct CallOffer
{
    /// <summary>Who calls.</summary>
    public Member Caller;

    /// <summary>CALL.Request</summary>
    public ulong Request;

    /// <summary>What is called.</summary>
    public UriEntry Procedure;

    /// <summary>CALL.Options</summary>
    public CallOptions Options;

    /// <summary>The arguments.</summary>
    public Payload Payload;

    /// <summary>What is remembered of the call; null where that is nothing, as yet.</summary>
    public CallRecord? Record;

    /// <summary>Whether the caller's table has the call.</summary>
    public bool IsPending;

    /// <summary>What the caller may do with the procedure.</summary>
    public Permissions Permissions;

    /// <summary>Whether any callee is told who calls: the caller wants it, or the realm.</summary>
    public readonly bool Discloses => Options.DiscloseMe || (Permissions & Permissions.DiscloseCaller) != 0;

    /// <summary>Reads the options of a call. Returns a protocol violation, or null.</summary>
    public static string? Read(Member caller, scoped in WampMessage call, out CallOffer offer)
    {
        offer = default;
        offer.Caller = caller;
        offer.Request = call.Request;
        offer.Payload = call.Payload;
        return CallOptions.Read(call, out offer.Options);
    }

    /// <summary>A call that is under way and was held. False: it has ended.</summary>
    public static bool TryRepeat(CallRecord record, out CallOffer offer)
    {
        offer = default;
        if (record.Held is not { } held)
        {
            return false;
        }

        Read(record.Caller, held.Message, out offer);
        offer.Request = record.Request;
        offer.Address(record.Procedure);
        offer.Record = record;
        offer.IsPending = true;
        return true;
    }

    /// <summary>Says what is called.</summary>
    public void Address(UriEntry procedure)
    {
        Procedure = procedure;
        Permissions = procedure.PermissionsOf(Caller.Role);
    }
}
