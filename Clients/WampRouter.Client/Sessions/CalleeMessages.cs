using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

internal readonly struct RegisterMessage(string procedure, WampRegisterOptions options) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public RouterFeatures Needs =>
        (options.Match == WampMatch.Exact ? 0 : RouterFeatures.PatternBasedRegistration)
        | (options.Invoke == WampInvokePolicy.Single ? 0 : RouterFeatures.SharedRegistration)
        | (options.DiscloseCaller ? RouterFeatures.CallerIdentification : 0)
        | (options.ForwardTimeout ? RouterFeatures.CallTimeout : 0)
        | (options.NodeKey is null ? 0 : RouterFeatures.ShardedRegistration);

    public string Description => $"Registering '{procedure}'";

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Register, request, this, procedure, EncodedPayload.Empty);

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Match(options.Match);
        writer.Text("invoke"u8, options.Invoke switch
        {
            WampInvokePolicy.Single => null,
            WampInvokePolicy.RoundRobin => "roundrobin",
            WampInvokePolicy.Random => "random",
            WampInvokePolicy.First => "first",
            _ => "last",
        });
        writer.Flag("disclose_caller"u8, options.DiscloseCaller);
        writer.Flag("force_reregister"u8, options.ForceReregister);
        writer.Flag("forward_timeout"u8, options.ForwardTimeout);
        writer.Integer("concurrency"u8, options.RouterConcurrency);
        writer.Shard("nkey"u8, options.NodeKey);
    }
}

internal readonly struct YieldMessage(ulong invocation, bool isLast, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => false;

    public RouterFeatures Needs => payload.Passthru is null ? RouterFeatures.None : RouterFeatures.DealerPassthru;

    public string Description => "The result";

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Yield, invocation, this, uri: null, payload);

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Flag("progress"u8, !isLast);
        writer.Passthru(payload.Passthru);
    }
}

internal readonly struct ErrorMessage(ulong invocation, string errorUri, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => false;

    public RouterFeatures Needs => payload.Passthru is null ? RouterFeatures.None : RouterFeatures.DealerPassthru;

    public string Description => "The error";

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Error, 5 + payload.Count);
        writer.WriteInteger((long)MessageCode.Invocation);
        writer.WriteId(invocation);
        OptionWriter.Write(writer, this);
        writer.WriteText(errorUri);
        payload.WriteTo(writer);
        writer.End();
    }

    public void WriteOptions(ref OptionWriter writer) => writer.Passthru(payload.Passthru);
}
