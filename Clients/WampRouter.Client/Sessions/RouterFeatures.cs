namespace WampRouter.Client.Sessions;

/// <summary>Features of a router without which it does not understand a request, or an option of one (spec: "Feature Announcement").</summary>
[Flags]
internal enum RouterFeatures
{
    None = 0,
    EventRetention = 1 << 0,
    PatternBasedSubscription = 1 << 1,
    PublisherExclusion = 1 << 2,
    PublisherIdentification = 1 << 3,
    ShardedSubscription = 1 << 4,
    SubscriberListing = 1 << 5,
    BrokerPassthru = 1 << 6,
    CallCanceling = 1 << 7,
    CallerIdentification = 1 << 8,
    CallTimeout = 1 << 9,
    PatternBasedRegistration = 1 << 10,
    ProgressiveInvocations = 1 << 11,
    ProgressiveResults = 1 << 12,
    ShardedRegistration = 1 << 13,
    SharedRegistration = 1 << 14,
    DealerPassthru = 1 << 15,
}

/// <summary>How <see cref="RouterFeatures"/> are spelled in WELCOME.</summary>
internal static class RouterFeatureNames
{
    private const string Broker = "broker";
    private const string Dealer = "dealer";

    // The specification spells sharded subscriptions in two ways of its own.
    private static readonly (RouterFeatures Feature, string Role, string[] Names)[] All =
    [
        (RouterFeatures.EventRetention, Broker, ["event_retention"]),
        (RouterFeatures.PatternBasedSubscription, Broker, ["pattern_based_subscription"]),
        (RouterFeatures.PublisherExclusion, Broker, ["publisher_exclusion"]),
        (RouterFeatures.PublisherIdentification, Broker, ["publisher_identification"]),
        (RouterFeatures.ShardedSubscription, Broker, ["sharded_subscription", "sharded_subscriptions", "shareded_subscriptions"]),
        (RouterFeatures.SubscriberListing, Broker, ["subscriber_blackwhite_listing"]),
        (RouterFeatures.BrokerPassthru, Broker, ["payload_passthru_mode"]),
        (RouterFeatures.CallCanceling, Dealer, ["call_canceling"]),
        (RouterFeatures.CallerIdentification, Dealer, ["caller_identification"]),
        (RouterFeatures.CallTimeout, Dealer, ["call_timeout"]),
        (RouterFeatures.PatternBasedRegistration, Dealer, ["pattern_based_registration"]),
        (RouterFeatures.ProgressiveInvocations, Dealer, ["progressive_call_invocations"]),
        (RouterFeatures.ProgressiveResults, Dealer, ["progressive_call_results"]),
        (RouterFeatures.ShardedRegistration, Dealer, ["sharded_registration", "sharded_registrations"]),
        (RouterFeatures.SharedRegistration, Dealer, ["shared_registration"]),
        (RouterFeatures.DealerPassthru, Dealer, ["payload_passthru_mode"]),
    ];

    /// <summary>Those among the names a router announced.</summary>
    public static RouterFeatures Of(IReadOnlySet<string> broker, IReadOnlySet<string> dealer) =>
        All.Where(f => f.Names.Any((f.Role == Broker ? broker : dealer).Contains)).Aggregate(RouterFeatures.None, (all, f) => all | f.Feature);

    /// <summary>Whether a name can be assumed of a router: one that changes what is sent to it.</summary>
    public static bool IsKnown(string name) => All.Any(f => f.Names.Contains(name));

    /// <summary>The exception of whoever asked for what the router does not have.</summary>
    /// <param name="missing">What it did not announce; the first is named.</param>
    /// <param name="what">What was asked for, such as "Publishing to 'com.example.t'".</param>
    public static NotSupportedException Missing(RouterFeatures missing, string what)
    {
        var (_, role, names) = All.First(f => (f.Feature & missing) != 0);
        return new NotSupportedException(
            $"{what} was not sent: it needs the feature '{names[0]}', which the router's {role} does not announce. Leave the option out that needs it; " +
            $"if the router has the feature all the same, name it in {nameof(WampClientOptions)}.{nameof(WampClientOptions.AssumedFeatures)}.");
    }
}
