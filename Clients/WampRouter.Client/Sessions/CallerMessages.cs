using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

internal readonly struct CallMessage(string procedure, WampCallOptions options, bool receiveProgress, bool moreFollows, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request) =>
        CommonShape.Write(writer, MessageCode.Call, request, this, procedure, payload);

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Flag("disclose_me"u8, options.DiscloseMe);
        writer.Integer("timeout"u8, options.Timeout is { } timeout ? Math.Max(1, (long)timeout.TotalMilliseconds) : null);
        writer.Flag("receive_progress"u8, receiveProgress);
        writer.Flag("progress"u8, moreFollows);
        writer.Text("runmode"u8, options.ResourceKey is null ? null : "partition");
        writer.Shard("rkey"u8, options.ResourceKey);
        writer.Passthru(payload.Passthru);
    }
}

/// <summary>A CALL that continues one: its options are those of the first, all but <c>progress</c>.</summary>
internal readonly struct CallPieceMessage(ulong call, string procedure, bool moreFollows, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => false;

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
