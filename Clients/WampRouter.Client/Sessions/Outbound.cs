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

internal readonly struct PublishMessage(string topic, WampPublishOptions options, bool acknowledge, EncodedPayload payload) : IOutbound
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        var entries = (acknowledge ? 1 : 0) + (options.ExcludeMe ? 0 : 1) + (options.DiscloseMe ? 1 : 0);
        writer.Begin(MessageCode.Publish, 4 + payload.Count);
        writer.WriteId(request);
        writer.BeginDictionary(entries);
        writer.WriteFlag("acknowledge"u8, acknowledge);
        writer.WriteFlag("disclose_me"u8, options.DiscloseMe);
        if (!options.ExcludeMe)
        {
            writer.WriteKey("exclude_me"u8);
            writer.WriteBoolean(false);
        }

        writer.EndDictionary();
        writer.WriteText(topic);
        writer.WritePayload(payload.Payload);
        writer.End();
    }
}

internal readonly struct CallMessage(string procedure, WampCallOptions options, EncodedPayload payload) : IOutbound
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Call, 4 + payload.Count);
        writer.WriteId(request);
        writer.BeginDictionary((options.DiscloseMe ? 1 : 0) + (options.Timeout is null ? 0 : 1));
        writer.WriteFlag("disclose_me"u8, options.DiscloseMe);
        if (options.Timeout is { } timeout)
        {
            writer.WriteKey("timeout"u8);
            writer.WriteInteger(Math.Max(1, (long)timeout.TotalMilliseconds));
        }

        writer.EndDictionary();
        writer.WriteText(procedure);
        writer.WritePayload(payload.Payload);
        writer.End();
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

internal readonly struct SubscribeMessage(string topic, WampMatch match) : IOutbound
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Subscribe, 4);
        writer.WriteId(request);
        writer.BeginDictionary(match == WampMatch.Exact ? 0 : 1);
        writer.WriteMatch(match);
        writer.EndDictionary();
        writer.WriteText(topic);
        writer.End();
    }
}

internal readonly struct RegisterMessage(string procedure, WampRegisterOptions options) : IOutbound
{
    public static bool TakesRequestId => true;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Register, 4);
        writer.WriteId(request);
        writer.BeginDictionary((options.Match == WampMatch.Exact ? 0 : 1) + (options.Invoke == WampInvokePolicy.Single ? 0 : 1));
        writer.WriteMatch(options.Match);
        if (options.Invoke != WampInvokePolicy.Single)
        {
            writer.WriteKey("invoke"u8);
            writer.WriteText(options.Invoke switch
            {
                WampInvokePolicy.RoundRobin => "roundrobin"u8,
                WampInvokePolicy.Random => "random"u8,
                WampInvokePolicy.First => "first"u8,
                _ => "last"u8,
            });
        }

        writer.EndDictionary();
        writer.WriteText(procedure);
        writer.End();
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

internal readonly struct YieldMessage(ulong invocation, EncodedPayload payload) : IOutbound
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Yield, 3 + payload.Count);
        writer.WriteId(invocation);
        writer.WriteEmptyDictionary();
        writer.WritePayload(payload.Payload);
        writer.End();
    }
}

internal readonly struct ErrorMessage(ulong invocation, string errorUri, EncodedPayload payload) : IOutbound
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Error, 5 + payload.Count);
        writer.WriteInteger((long)MessageCode.Invocation);
        writer.WriteId(invocation);
        writer.WriteEmptyDictionary();
        writer.WriteText(errorUri);
        writer.WritePayload(payload.Payload);
        writer.End();
    }
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

internal static class OutboundOptions
{
    /// <summary>A flag whose absence means false.</summary>
    public static void WriteFlag(this MessageWriter writer, ReadOnlySpan<byte> key, bool value)
    {
        if (value)
        {
            writer.WriteKey(key);
            writer.WriteBoolean(true);
        }
    }

    public static void WriteMatch(this MessageWriter writer, WampMatch match)
    {
        if (match != WampMatch.Exact)
        {
            writer.WriteKey("match"u8);
            writer.WriteText(match == WampMatch.Prefix ? "prefix"u8 : "wildcard"u8);
        }
    }
}
