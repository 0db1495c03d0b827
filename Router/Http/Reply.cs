using System.Text;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>A message of the router to a session, copied, as the answers to HTTP requests are made of it. Immutable.</summary>
internal sealed record Reply
{
    /// <summary>What a message takes besides its texts.</summary>
    private const int OwnBytes = 128;

    /// <summary>The type of the message.</summary>
    public required MessageCode Code { get; init; }

    /// <summary>The request that it answers.</summary>
    public ulong Request { get; init; }

    /// <summary>The publication of PUBLISHED and EVENT.</summary>
    public ulong Publication { get; init; }

    /// <summary>The subscription of SUBSCRIBED, EVENT and of an UNSUBSCRIBED that nobody has asked for.</summary>
    public ulong Subscription { get; init; }

    /// <summary>The error of an ERROR, the reason of ABORT and GOODBYE, the method of CHALLENGE.</summary>
    public string Uri { get; init; } = "";

    /// <summary>Details or Extra, in JSON: a dictionary; no bytes where there are none.</summary>
    public byte[] Details { get; init; } = [];

    /// <summary>Arguments, in JSON; no bytes where there are none.</summary>
    public byte[] Args { get; init; } = [];

    /// <summary>ArgumentsKw, in JSON; no bytes where there are none.</summary>
    public byte[] Kwargs { get; init; } = [];

    /// <summary>What it takes in memory, about.</summary>
    public int Bytes => OwnBytes + Details.Length + Args.Length + Kwargs.Length;

    /// <summary>Whether more results of the same call follow (<c>rfc/text/advanced/rpc_progressive_call_results.md</c>).</summary>
    public bool IsProgress => Code is MessageCode.Result && FindDetail("progress"u8, out var progress) && progress.TryGetBoolean(out var isProgress) && isProgress;

    /// <summary>A sentence that the router or a callee gives with an ERROR, ABORT or GOODBYE; null where there is none.</summary>
    public string? Message =>
        FindDetail("message"u8, out var message) && message.TryGetText(out var text) ? text
        : new ListReader(WireFormat.Json, Args).TryReadNext(out var first) && first.TryGetText(out text) ? text
        : null;

    /// <summary>Copies a message in JSON.</summary>
    public static Reply Of(in WampMessage message)
    {
        var hasKwargs = message.Payload.TryGetArgumentsKw(out var kwargs);
        return new Reply
        {
            Code = message.Code,
            Request = message.Request,
            Publication = message.Publication,
            Subscription = message.Subscription,
            Uri = Encoding.UTF8.GetString(message.Text),
            Details = message.HasOptions ? message.Options.ToArray() : [],
            Args = ArgsOf(message.Payload),
            Kwargs = hasKwargs ? kwargs.Raw.ToArray() : [],
        };
    }

    /// <summary>Looks for an entry of <see cref="Details"/>.</summary>
    public bool FindDetail(ReadOnlySpan<byte> key, out WireValue value) => new DictionaryReader(WireFormat.Json, Details).TryFind(key, out value);

    private static byte[] ArgsOf(in Payload payload)
    {
        var reader = new TokenReader(WireFormat.Json, payload.Tail);
        return payload.Count > 0 && !payload.LacksList && WireValue.TryRead(ref reader, out var args) ? args.Raw.ToArray() : [];
    }
}
