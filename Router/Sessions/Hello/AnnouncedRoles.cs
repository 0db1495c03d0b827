using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Hello;

/// <summary>Reads HELLO.Details.roles (<c>rfc/text/advanced/features.md</c>).</summary>
internal static class AnnouncedRoles
{
    private static readonly (string Role, string Feature, PeerFeatures Flag)[] Known =
    [
        ("callee", "call_canceling", PeerFeatures.CalleeCanceling),
        ("callee", "call_cancelling", PeerFeatures.CalleeCanceling), // one section of the specification spells it with two l
        ("callee", "progressive_call_results", PeerFeatures.CalleeProgressiveResults),
        ("callee", "progressive_call_invocations", PeerFeatures.CalleeProgressiveInvocations),
        ("callee", "call_timeout", PeerFeatures.CalleeTimeout),
        ("callee", "registration_revocation", PeerFeatures.CalleeRevocation),
        ("callee", "call_reroute", PeerFeatures.CalleeReroute),
        ("callee", "payload_passthru_mode", PeerFeatures.CalleePayloadPassthru),
        ("caller", "progressive_call_invocations", PeerFeatures.CallerProgressiveInvocations),
        ("caller", "payload_passthru_mode", PeerFeatures.CallerPayloadPassthru),
        ("publisher", "payload_passthru_mode", PeerFeatures.PublisherPayloadPassthru),
        ("subscriber", "subscription_revocation", PeerFeatures.SubscriberRevocation),
        ("subscriber", "payload_passthru_mode", PeerFeatures.SubscriberPayloadPassthru),
    ];

    /// <summary>Reads the roles. False unless the value is a dictionary of dictionaries (null counts as an empty one) that names at least one role a client can have.</summary>
    public static bool TryRead(in WireValue value, out PeerFeatures features)
    {
        features = PeerFeatures.None;
        if (value.Kind != WireKind.Dictionary)
        {
            return false;
        }

        var namesRole = false;
        var roles = value.AsDictionary();
        while (roles.TryReadNext(out var role, out var announced))
        {
            if (announced.Kind is not (WireKind.Dictionary or WireKind.Null))
            {
                return false;
            }

            if (IsClientRole(role))
            {
                namesRole = true;
                features |= FeaturesOf(System.Text.Encoding.UTF8.GetString(role), announced);
            }
        }

        return namesRole;
    }

    private static bool IsClientRole(ReadOnlySpan<byte> role) =>
        role.SequenceEqual("publisher"u8) || role.SequenceEqual("subscriber"u8) || role.SequenceEqual("caller"u8) || role.SequenceEqual("callee"u8);

    private static PeerFeatures FeaturesOf(string role, in WireValue announced)
    {
        var features = PeerFeatures.None;
        if (!announced.AsDictionary().TryFind("features"u8, out var value) || value.Kind != WireKind.Dictionary)
        {
            return features;
        }

        var names = value.AsDictionary();
        while (names.TryReadNext(out var name, out var on))
        {
            if (!on.TryGetBoolean(out var isOn) || !isOn)
            {
                continue;
            }

            var feature = System.Text.Encoding.UTF8.GetString(name);
            foreach (var known in Known)
            {
                features |= known.Role == role && known.Feature == feature ? known.Flag : PeerFeatures.None;
            }
        }

        return features;
    }
}
