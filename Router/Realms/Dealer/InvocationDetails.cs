using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>INVOCATION.Details: what a callee is told about a call besides its arguments. Empty for most calls.</summary>
internal ref struct InvocationDetails
{
    /// <summary>The procedure called, where the registration is a pattern.</summary>
    public ReadOnlySpan<byte> Procedure;

    /// <summary>The caller, if it is disclosed to the callee.</summary>
    public MemberIdentity? Caller;

    /// <summary>The trust level of the caller's role, if configured.</summary>
    public int? TrustLevel;

    /// <summary>The timeout for a callee that enforces it itself, in milliseconds; 0: none.</summary>
    public long TimeoutMilliseconds;

    /// <summary>Whether the callee may send progressive results.</summary>
    public bool ReceiveProgress;

    /// <summary>Whether more pieces of the call follow.</summary>
    public bool Progress;

    /// <summary>How the payload is encoded, in passthru mode.</summary>
    public PayloadPassthru Passthru;

    private const PeerFeatures TakesPieces = PeerFeatures.CalleeProgressiveInvocations | PeerFeatures.CalleeCanceling;

    private readonly int Count =>
        (Procedure.IsEmpty ? 0 : 1)
        + (Caller is null ? 0 : Disclosure.Entries)
        + (TrustLevel is null ? 0 : 1)
        + (TimeoutMilliseconds == 0 ? 0 : 1)
        + (ReceiveProgress ? 1 : 0)
        + (Progress ? 1 : 0)
        + Passthru.Count;

    /// <summary>The details of this call for one callee.</summary>
    public static InvocationDetails Of(CalleeEndpoint endpoint, in CallOffer offer) => new()
    {
        Procedure = endpoint.Registration.Match == MatchPolicy.Exact ? default : offer.Procedure.Utf8,
        Caller = endpoint.DiscloseCaller || offer.Discloses ? offer.Origin.Identity : null,
        TrustLevel = offer.Origin.TrustLevel,
        TimeoutMilliseconds = endpoint.KeepsTime ? offer.Options.TimeoutMilliseconds : 0,
        ReceiveProgress = offer.Options.ReceiveProgress && CanProgress(endpoint.Callee, offer.Role.Policy.Settings),
        Progress = offer.Options.Progress,
        Passthru = offer.Options.Passthru,
    };

    /// <summary>Why a callee cannot take a call with these options, or null.</summary>
    public static Refusal? RefusalOf(Member callee, in CallOptions options) =>
        options.Passthru.IsUsed && (callee.Features & PeerFeatures.CalleePayloadPassthru) == 0 ? Refusal.PassthruNotTaken("callee")
        : options.Progress && (callee.Features & TakesPieces) != TakesPieces ? Refusal.PiecesNotTaken
        : null;

    /// <summary>Writes the dictionary.</summary>
    public readonly void WriteTo(MessageWriter writer)
    {
        var count = Count;
        if (count == 0)
        {
            writer.WriteEmptyDictionary();
            return;
        }

        writer.BeginDictionary(count);
        if (!Procedure.IsEmpty)
        {
            writer.WriteKey("procedure"u8);
            writer.WriteText(Procedure);
        }

        if (Caller is not null)
        {
            Disclosure.WriteCaller(writer, Caller);
        }

        WriteInteger(writer, "trustlevel"u8, TrustLevel);
        WriteInteger(writer, "timeout"u8, TimeoutMilliseconds == 0 ? null : TimeoutMilliseconds);
        WriteTrue(writer, "receive_progress"u8, ReceiveProgress);
        WriteTrue(writer, "progress"u8, Progress);
        Passthru.WriteTo(writer);
        writer.EndDictionary();
    }

    private static bool CanProgress(Member callee, RealmSettings settings) =>
        (callee.Features & PeerFeatures.CalleeProgressiveResults) != 0
        && (!settings.ProgressNeedsCanceling || (callee.Features & PeerFeatures.CalleeCanceling) != 0);

    private static void WriteInteger(MessageWriter writer, ReadOnlySpan<byte> key, long? value)
    {
        if (value is { } number)
        {
            writer.WriteKey(key);
            writer.WriteInteger(number);
        }
    }

    private static void WriteTrue(MessageWriter writer, ReadOnlySpan<byte> key, bool value)
    {
        if (value)
        {
            writer.WriteKey(key);
            writer.WriteBoolean(true);
        }
    }
}
