using WampRouter.Client.Diagnostics;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

internal readonly struct PublishMessage(string topic, WampPublishOptions options, bool acknowledge, EncodedPayload payload, TraceContext trace = default) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public RouterFeatures Needs =>
        (options.DiscloseMe ? RouterFeatures.PublisherIdentification : 0)
        | (options.ExcludeMe ? 0 : RouterFeatures.PublisherExclusion)
        | (options.Retain ? RouterFeatures.EventRetention : 0)
        | (options.IsForSome ? RouterFeatures.SubscriberListing : 0)
        | (options.ResourceKey is null ? 0 : RouterFeatures.ShardedSubscription)
        | (payload.Passthru is null ? 0 : RouterFeatures.BrokerPassthru);

    public string Description => $"Publishing to '{topic}'";

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Publish, request, this, topic, payload);

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Flag("acknowledge"u8, acknowledge);
        writer.Flag("disclose_me"u8, options.DiscloseMe);
        writer.FlagUnlessTrue("exclude_me"u8, options.ExcludeMe);
        writer.Flag("retain"u8, options.Retain);
        writer.Ids("exclude"u8, options.Exclude);
        writer.Names("exclude_authid"u8, options.ExcludeAuthId);
        writer.Names("exclude_authrole"u8, options.ExcludeAuthRole);
        writer.Ids("eligible"u8, options.Eligible);
        writer.Names("eligible_authid"u8, options.EligibleAuthId);
        writer.Names("eligible_authrole"u8, options.EligibleAuthRole);
        writer.Shard("rkey"u8, options.ResourceKey);
        writer.Passthru(payload.Passthru);
        writer.Trace(trace);
    }
}

internal readonly struct SubscribeMessage(string topic, WampSubscribeOptions options) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public RouterFeatures Needs =>
        (options.Match == WampMatch.Exact ? 0 : RouterFeatures.PatternBasedSubscription)
        | (options.GetRetained ? RouterFeatures.EventRetention : 0)
        | (options.NodeKey is null ? 0 : RouterFeatures.ShardedSubscription);

    public string Description => $"Subscribing to '{topic}'";

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Subscribe, request, this, topic, EncodedPayload.Empty);

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Match(options.Match);
        writer.Flag("get_retained"u8, options.GetRetained);
        writer.Shard("nkey"u8, options.NodeKey);
    }
}
