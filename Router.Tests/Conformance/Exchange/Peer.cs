using System.Globalization;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>
/// A client that says and hears single messages, written in JSON whatever its serializer is: see <see cref="MessagePattern"/>. It keeps no rules of its own, so it can
/// break every one.
/// </summary>
internal sealed class Peer(IMessageChannel channel, WireFormat format, Bindings bindings) : IAsyncDisposable
{
    private const long FirstBarrier = 1_000_000_000;

    /// <summary>HELLO.Details of a client that announces every feature there is.</summary>
    public const string EveryFeature = """
        {"roles":{
          "publisher":{"features":{"publisher_identification":true,"publisher_exclusion":true,"subscriber_blackwhite_listing":true,"payload_passthru_mode":true}},
          "subscriber":{"features":{"publication_trustlevels":true,"publisher_identification":true,"pattern_based_subscription":true,"sharded_subscription":true,"subscription_revocation":true,"event_history":true,"payload_passthru_mode":true}},
          "caller":{"features":{"progressive_call_results":true,"progressive_call_invocations":true,"call_timeout":true,"call_canceling":true,"caller_identification":true,"payload_passthru_mode":true}},
          "callee":{"features":{"progressive_call_results":true,"progressive_call_invocations":true,"call_timeout":true,"call_canceling":true,"caller_identification":true,"call_trustlevels":true,"pattern_based_registration":true,"shared_registration":true,"sharded_registration":true,"registration_revocation":true,"call_reroute":true,"payload_passthru_mode":true}}}}
        """;

    /// <summary>HELLO.Details of a client that announces none.</summary>
    public const string NoFeature = """{"roles":{"publisher":{},"subscriber":{},"caller":{},"callee":{}}}""";

    private long _barriers;

    /// <summary>Sends a message.</summary>
    public async Task<Peer> SendAsync(string message)
    {
        await channel.SendAsync(ReferenceCodec.Encode(format, bindings.Fill(MessagePattern.Parse(message))));
        return this;
    }

    /// <summary>Sends bytes that need not be a message.</summary>
    public Task SendBytesAsync(byte[] bytes) => channel.SendAsync(bytes);

    /// <summary>The next message must be this one.</summary>
    public async Task ExpectAsync(string pattern)
    {
        var message = await ReceiveAsync();
        Assert.That(message, Is.Not.Null, $"the router closed the connection; expected {pattern}");
        Assert.That(MessagePattern.Matches(pattern, message, bindings), Is.True, $"expected {pattern}\nbut was  {MessagePattern.Text(message)}");
    }

    /// <summary>Sends a message, and the answer must be this one.</summary>
    public async Task ExchangeAsync(string message, string answer)
    {
        await SendAsync(message);
        await ExpectAsync(answer);
    }

    /// <summary>The next messages must be these, in any order.</summary>
    public async Task ExpectInAnyOrderAsync(params string[] patterns)
    {
        var open = patterns.ToList();
        while (open.Count > 0)
        {
            var message = await ReceiveAsync();
            var at = open.FindIndex(pattern => MessagePattern.Matches(pattern, message, bindings));
            Assert.That(at, Is.Not.Negative, $"expected one of {string.Join(" ", open)}\nbut was {MessagePattern.Text(message)}");
            open.RemoveAt(at);
        }
    }

    /// <summary>This message must come; any number of the other kind may come before it.</summary>
    public async Task ExpectAfterAnyAsync(string before, string pattern)
    {
        object? message;
        do
        {
            message = await ReceiveAsync();
        }
        while (MessagePattern.Matches(before, message, bindings));

        Assert.That(MessagePattern.Matches(pattern, message, bindings), Is.True, () => $"expected {pattern}\nbut was  {MessagePattern.Text(message)}");
    }

    /// <summary>Nothing has been sent to this peer that it has not received: a request is answered, and the answer is the next message.</summary>
    public async Task ExpectNothingAsync()
    {
        var request = (FirstBarrier + _barriers++).ToString(CultureInfo.InvariantCulture);
        await ExchangeAsync($$"""[32,{{request}},{},"conformance.barrier"]""", $"""[33,{request},"*"]""");
    }

    /// <summary>How many messages like this one, and no others, have been sent to this peer that it has not received.</summary>
    public async Task<int> CountAsync(string pattern)
    {
        var request = (FirstBarrier + _barriers++).ToString(CultureInfo.InvariantCulture);
        await SendAsync($$"""[32,{{request}},{},"conformance.barrier"]""");
        for (var count = 0; ; count++)
        {
            var message = await ReceiveAsync();
            if (MessagePattern.Matches($"""[33,{request},"*"]""", message, bindings))
            {
                return count;
            }

            Assert.That(MessagePattern.Matches(pattern, message, bindings), Is.True, () => $"expected {pattern}\nbut was  {MessagePattern.Text(message)}");
        }
    }

    /// <summary>The router ends the connection, with no further message.</summary>
    public async Task ExpectEndAsync()
    {
        var message = await ReceiveAsync();
        Assert.That(message, Is.Null, () => $"expected the end of the connection\nbut was {MessagePattern.Text(message)}");
    }

    /// <summary>The router aborts the session for a protocol violation, and ends the connection.</summary>
    public async Task ExpectViolationAsync()
    {
        await ExpectAsync("""[3,{"message":"*text"},"wamp.error.protocol_violation"]""");
        await ExpectEndAsync();
    }

    /// <summary>Joins; the session id is then <c>$<paramref name="name"/></c>.</summary>
    public async Task<Peer> JoinAsync(string name, string details = EveryFeature, string realm = ConformanceRouter.OpenRealm)
    {
        await ExchangeAsync($"""[1,"{realm}",{details}]""", $"""[2,"${name}",{Any}]""");
        return this;
    }

    /// <summary>Joins the realm of tickets as somebody; the session id is then <c>$<paramref name="name"/></c>.</summary>
    public async Task<Peer> LogInAsync(string name, string authId)
    {
        var details = EveryFeature.Trim()[..^1] + $$""","authmethods":["ticket"],"authid":"{{authId}}"}""";
        await ExchangeAsync($"""[1,"{ConformanceRouter.TicketRealm}",{details}]""", """[4,"ticket",{}]""");
        await ExchangeAsync($$"""[5,"{{ConformanceRouter.TicketOf(authId)}}",{}]""", $"""[2,"${name}",{Any}]""");
        return this;
    }

    /// <summary>The connection breaks.</summary>
    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private const string Any = """{"...":"*"}""";

    private async Task<object?> ReceiveAsync() => await channel.ReceiveAsync() is { } bytes ? ReferenceCodec.Decode(format, bytes) : null;
}
