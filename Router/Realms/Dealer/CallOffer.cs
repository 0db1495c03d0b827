using WampRouter.Realms.Authorization;
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

    /// <summary>How options and payload are encoded.</summary>
    public WireFormat Format;

    /// <summary>CALL.Options as they came.</summary>
    public ReadOnlySpan<byte> EncodedOptions;

    /// <summary>The same, read.</summary>
    public CallOptions Options;

    /// <summary>The arguments.</summary>
    public Payload Payload;

    /// <summary>What is remembered of the call; null where that is nothing, as yet.</summary>
    public CallRecord? Record;

    /// <summary>Whether the caller's table has the call.</summary>
    public bool IsPending;

    /// <summary>Whether any callee is told who calls: the caller wants it, or the realm.</summary>
    public readonly bool Discloses => Options.DiscloseMe || (Procedure.PermissionsOf(Caller.Role) & Permissions.DiscloseCaller) != 0;

    /// <summary>A call that has just come.</summary>
    public static CallOffer First(Member caller, UriEntry procedure, scoped in WampMessage call, scoped in CallOptions options) => new()
    {
        Caller = caller,
        Request = call.Request,
        Procedure = procedure,
        Format = call.Format,
        EncodedOptions = call.Options,
        Options = options,
        Payload = call.Payload,
    };

    /// <summary>A call that is under way and was held. False: it has ended.</summary>
    public static bool TryRepeat(CallRecord record, out CallOffer offer)
    {
        offer = default;
        if (record.Held is not { } held)
        {
            return false;
        }

        var call = held.Message;
        CallOptions.Read(call, out var options);
        offer = First(record.Caller, record.Procedure, call, options);
        offer.Request = record.Request;
        offer.Record = record;
        offer.IsPending = true;
        return true;
    }
}
