using WampRouter.Client.Diagnostics;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <param name="procedure">What is called.</param>
/// <param name="options">How.</param>
/// <param name="receiveProgress">Whether results before the last are taken.</param>
/// <param name="moreFollows">Whether this is the first piece.</param>
/// <param name="tellsTimeout">Whether the router is told how long the caller waits: it needs not know, the caller keeps the time itself.</param>
/// <param name="payload">What it is called with.</param>
/// <param name="trace">The trace it belongs to.</param>
internal readonly struct CallMessage(string procedure, WampCallOptions options, bool receiveProgress, bool moreFollows, bool tellsTimeout, EncodedPayload payload, TraceContext trace) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public RouterFeatures Needs =>
        (options.DiscloseMe ? RouterFeatures.CallerIdentification : 0)
        | (options.CancelMode == WampCancelMode.Kill ? RouterFeatures.CallCanceling : 0)
        | (receiveProgress ? RouterFeatures.ProgressiveResults : 0)
        | (moreFollows ? RouterFeatures.ProgressiveInvocations : 0)
        | (options.ResourceKey is null ? 0 : RouterFeatures.ShardedRegistration)
        | (payload.Passthru is null ? 0 : RouterFeatures.DealerPassthru);

    public string Description => $"The call of '{procedure}'";

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Call, request, this, procedure, payload);

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Flag("disclose_me"u8, options.DiscloseMe);
        writer.Integer("timeout"u8, options.Timeout is { } timeout && tellsTimeout ? Math.Max(1, (long)timeout.TotalMilliseconds) : null);
        writer.Flag("receive_progress"u8, receiveProgress);
        writer.Flag("progress"u8, moreFollows);
        writer.Text("runmode"u8, options.ResourceKey is null ? null : "partition");
        writer.Shard("rkey"u8, options.ResourceKey);
        writer.Passthru(payload.Passthru);
        writer.Trace(trace);
    }
}

/// <summary>A CALL that continues one: its options are those of the first, all but <c>progress</c>.</summary>
internal readonly struct CallPieceMessage(ulong call, string procedure, bool moreFollows, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => false;

    public string Description => $"A piece of the call of '{procedure}'";

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Call, call, this, procedure, payload);

    public void WriteOptions(ref OptionWriter writer) => writer.Flag("progress"u8, moreFollows);
}

internal readonly struct CancelMessage(ulong call, WampCancelMode mode) : IOutbound
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Cancel, 3);
        writer.WriteId(call);
        writer.BeginDictionary(1);
        writer.WriteKey("mode"u8);
        writer.WriteText(mode switch { WampCancelMode.Kill => "kill"u8, WampCancelMode.Skip => "skip"u8, _ => "killnowait"u8 });
        writer.EndDictionary();
        writer.End();
    }
}
