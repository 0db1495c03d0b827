using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>A message on its way out. Written under the outbox's lock, so it touches no user code.</summary>
internal interface IOutbound
{
    /// <summary>Whether it begins an exchange and so takes the next request id.</summary>
    static abstract bool TakesRequestId { get; }

    /// <summary>Writes the whole message.</summary>
    /// <param name="writer">Where to write; begun and ended here.</param>
    /// <param name="request">The request id the message has got; not for messages that answer one.</param>
    void Write(MessageWriter writer, ulong request);
}

internal readonly struct PublishMessage(string topic, WampPublishOptions options, bool acknowledge, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Publish, 4 + payload.Count);
        writer.WriteId(request);
        OptionWriter.Write(writer, this);
        writer.WriteText(topic);
        writer.WritePayload(payload.Payload);
        writer.End();
    }

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
    }
}

internal readonly struct CallMessage(string procedure, WampCallOptions options, bool receiveProgress, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Call, 4 + payload.Count);
        writer.WriteId(request);
        OptionWriter.Write(writer, this);
        writer.WriteText(procedure);
        writer.WritePayload(payload.Payload);
        writer.End();
    }

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Flag("disclose_me"u8, options.DiscloseMe);
        writer.Integer("timeout"u8, options.Timeout is { } timeout ? Math.Max(1, (long)timeout.TotalMilliseconds) : null);
        writer.Flag("receive_progress"u8, receiveProgress);
        writer.Passthru(payload.Passthru);
    }
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

internal readonly struct SubscribeMessage(string topic, WampSubscribeOptions options) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Subscribe, 4);
        writer.WriteId(request);
        OptionWriter.Write(writer, this);
        writer.WriteText(topic);
        writer.End();
    }

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Match(options.Match);
        writer.Flag("get_retained"u8, options.GetRetained);
        writer.Shard("nkey"u8, options.NodeKey);
    }
}

internal readonly struct RegisterMessage(string procedure, WampRegisterOptions options) : IOutbound, IOptions
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Register, 4);
        writer.WriteId(request);
        OptionWriter.Write(writer, this);
        writer.WriteText(procedure);
        writer.End();
    }

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
    }
}

/// <summary>UNSUBSCRIBE and UNREGISTER.</summary>
internal readonly struct EndMessage(MessageCode code, ulong id) : IOutbound
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(code, 3);
        writer.WriteId(request);
        writer.WriteId(id);
        writer.End();
    }
}

internal readonly struct YieldMessage(ulong invocation, bool isLast, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Yield, 3 + payload.Count);
        writer.WriteId(invocation);
        OptionWriter.Write(writer, this);
        writer.WritePayload(payload.Payload);
        writer.End();
    }

    public void WriteOptions(ref OptionWriter writer)
    {
        writer.Flag("progress"u8, !isLast);
        writer.Passthru(payload.Passthru);
    }
}

internal readonly struct ErrorMessage(ulong invocation, string errorUri, EncodedPayload payload) : IOutbound, IOptions
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Error, 5 + payload.Count);
        writer.WriteInteger((long)MessageCode.Invocation);
        writer.WriteId(invocation);
        OptionWriter.Write(writer, this);
        writer.WriteText(errorUri);
        writer.WritePayload(payload.Payload);
        writer.End();
    }

    public void WriteOptions(ref OptionWriter writer) => writer.Passthru(payload.Passthru);
}

/// <summary>GOODBYE and ABORT.</summary>
internal readonly struct FarewellMessage(MessageCode code, string reason, string? text = null) : IOutbound
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(code, 3);
        writer.BeginDictionary(text is null ? 0 : 1);
        if (text is not null)
        {
            writer.WriteKey("message"u8);
            writer.WriteText(text);
        }

        writer.EndDictionary();
        writer.WriteText(reason);
        writer.End();
    }
}
