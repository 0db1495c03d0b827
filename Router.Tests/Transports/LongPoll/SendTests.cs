using System.Net;
using System.Text;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>What becomes of requests to send.</summary>
[Over("longpoll, longpoll batched", "json, msgpack, cbor")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SendTests
{
    private const string Hello = """[1,"realm1",{"roles":{"caller":{}}}]""";

    private LongPollRig _rig = null!;

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    [Shows("longpoll.send", "longpoll.close")]
    public async Task SendAndClose_ByTheLetter_AreAnsweredWith202()
    {
        _rig = await LongPollRig.StartAsync();
        var id = await _rig.OpenAsync();

        Assert.That(await _rig.AskAsync($"{id}/send", Hello), Is.EqualTo((202, "")));
        Assert.That((await _rig.AskAsync($"{id}/receive")).Body, Is.EqualTo(Hello));
        Assert.That(await _rig.AskAsync($"{id}/close"), Is.EqualTo((202, "")));
    }

    [TestCase("application/json; charset=utf-8", "wamp.2.json", "User-Agent", 204)]
    [TestCase("application/json;charset=UTF-8", "wamp.2.json", "Accept", 204)]
    [TestCase("application/json; charset=utf-8", "wamp.2.json", "X-Other", 202)]
    [TestCase("text/plain; charset=utf-8", "wamp.2.json", "User-Agent", 202)]
    [TestCase("application/json", "wamp.2.json", "User-Agent", 202)]
    [TestCase("application/json; charset=utf-8", "wamp.2.cbor", "User-Agent", 202)]
    public async Task SendAndClose_OfWhoeverOpensAsAutobahnDoes_AreAnsweredAsItWants(string type, string protocol, string header, int status)
    {
        _rig = await LongPollRig.StartAsync();
        var id = await _rig.OpenAsync(protocol, type, message => message.Headers.TryAddWithoutValidation(header, "Mozilla/5.0"));
        byte[] message = protocol == "wamp.2.json" ? Encoding.UTF8.GetBytes(Hello) : [0x83, 0x01, 0x61, 0x61, 0xA0];

        using var sent = await _rig.PostAsync($"{id}/send", message).Soon();

        Assert.That((int)sent.StatusCode, Is.EqualTo(status));
        Assert.That((await _rig.AskAsync($"{id}/close")).Status, Is.EqualTo(status));
    }

    [TestCase("", "The body is empty: it has to be a message.\n")]
    [TestCase("Hello", "This is no WAMP message: ")]
    [TestCase("{}", "This is no WAMP message: a message is a list.\n")]
    [TestCase("[1,\"realm1\",{}] ]", "This is no WAMP message: ")]
    [TestCase("[99,1]", "This is no WAMP message: message type 99 is unknown.\n")]
    [Shows("longpoll.send")]
    public async Task Send_NoMessage_IsABadRequest(string body, string reason)
    {
        _rig = await LongPollRig.StartAsync();
        var id = await _rig.OpenAsync();

        var (status, text) = await _rig.AskAsync($"{id}/send", body);

        Assert.That((status, text), Is.EqualTo((400, text)));
        Assert.That(text, Does.StartWith(reason));
    }

    [Test]
    [Shows("longpoll.send", "batched.malformed")]
    public async Task Send_BatchThatIsNone_FailsTheTransport([Values] WireFormat format, [Values("", "cut", "hollow")] string kind)
    {
        _rig = await LongPollRig.StartAsync();
        using var ends = new Measured(_rig.Meter, "wamp_router.connection.ends");
        var id = await _rig.OpenAsync($"wamp.2.{NameOf(format)}.batched");
        var session = await _rig.Receivers.NextAsync();
        byte[] whole = [0x83, 0x01, 0x61, 0x61, 0xA0];
        byte[] batch = kind switch
        {
            "cut" => BatchedBytes.Join(format, [whole, whole])[..^1],
            "hollow" => BatchedBytes.Join(format, [whole, []]),
            _ => [],
        };

        using var response = await _rig.PostAsync($"{id}/send", batch).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.TransportViolation));
        Assert.That(session.Messages, Is.Zero);
        Assert.That((await _rig.AskAsync($"{id}/receive")).Status, Is.AnyOf(404, 410));
        Assert.That(_rig.Log.Lines, Has.Some.Contains("broke the rules of long-poll: "));
        Assert.That(ends.Tags, Is.EqualTo(new[] { "transport=longpoll,reason=transport_violation" }));
    }

    [Test]
    [Shows("batched.feature", "batched.lengths", "batched.json")]
    public async Task Send_Batch_EachMessageIsTaken([Values] WireFormat format, [Values((byte)0x1E, (byte)0x18)] byte separator)
    {
        _rig = await LongPollRig.StartAsync();
        var id = await _rig.OpenAsync($"wamp.2.{NameOf(format)}.batched");
        var session = await _rig.Receivers.NextAsync();
        byte[][] messages = [.. Enumerable.Range(1, 5).Select(number => Encode(format, number))];
        var batch = BatchedBytes.Join(format, messages, separator);

        using var sent = await _rig.PostAsync($"{id}/send", batch).Soon();
        using var received = await _rig.PostAsync($"{id}/receive").Soon();

        Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(session.Messages, Is.EqualTo(5));
        Assert.That(await received.Content.ReadAsByteArrayAsync(), Is.EqualTo(batch), "the answer is separated as the client does");
    }

    /// <summary>A longer one would have a prefix that is no length, and wait for ever for its end.</summary>
    [Test]
    public async Task Open_WhateverTheLimits_TheLongestMessageToTheClientHasALengthOf24Bits()
    {
        _rig = await LongPollRig.StartAsync(configure: options => options.MaxMessageBytes = 16 * 1024 * 1024);
        await _rig.OpenAsync();

        Assert.That((await _rig.Receivers.NextAsync()).Connection.Info.MaxSendBytes, Is.EqualTo(0xFF_FF_FF));
    }

    [Test]
    public async Task Send_TooLargeBeforeTheLogin_IsRefusedAndEndsTheTransport([Values] bool isAnnounced)
    {
        _rig = await LongPollRig.StartAsync(configure: options => options.MaxMessageBytesBeforeLogin = 2048);
        var id = await _rig.OpenAsync();
        var session = await _rig.Receivers.NextAsync();
        Assert.That((await _rig.AskAsync($"{id}/send", Large(2048))).Status, Is.EqualTo(202));

        var answer = await _rig.AskAsync($"{id}/send", Large(2049), message => message.Headers.TransferEncodingChunked = !isAnnounced);

        Assert.That(answer, Is.EqualTo((413, "At most 2048 bytes can be taken in one piece at this moment, fewer before the login than after it (WampRouter:Transports:MaxMessageBytesBeforeLogin, MaxMessageBytes).\n")));
        Assert.That((await session.Ended, session.Messages), Is.EqualTo((DisconnectReason.TransportViolation, 1)));
    }

    [Test]
    public async Task Send_TooLargeAfterTheLogin_IsRefusedAndTheSessionIsToldAndGoesOn([Values] bool isAnnounced)
    {
        _rig = await LongPollRig.StartAsync(configure: options => (options.MaxMessageBytes, options.MaxOversizeBytes) = (8192, 20_000));
        var id = await _rig.OpenAsync();
        var session = await _rig.Receivers.NextAsync();
        session.ReadsPastTooLarge = true;

        var answer = await _rig.AskAsync($"{id}/send", Large(9000), message => message.Headers.TransferEncodingChunked = !isAnnounced);

        Assert.That(answer.Status, Is.EqualTo(413));
        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, "9000 bytes, kept 8192, of which 1")));
        Assert.That((await _rig.AskAsync($"{id}/send", Large(8192))).Status, Is.EqualTo(202));
        Assert.That((await _rig.AskAsync($"{id}/send", Large(20_001), message => message.Headers.TransferEncodingChunked = !isAnnounced)).Status, Is.EqualTo(413));
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.TransportViolation), "beyond MaxOversizeBytes");
    }

    [Test]
    public async Task Send_BatchWithALargeMessage_CostsThatMessage()
    {
        _rig = await LongPollRig.StartAsync(configure: options => options.MaxMessageBytes = 2048);
        var id = await _rig.OpenAsync("wamp.2.json.batched");
        var session = await _rig.Receivers.NextAsync();
        session.ReadsPastTooLarge = true;

        Assert.That((await _rig.AskAsync($"{id}/send", $"[5,\"a\",{{}}]\u001e{Large(2049)}\u001e[5,\"b\",{{}}]\u001e")).Status, Is.EqualTo(413));

        Assert.That((await _rig.AskAsync($"{id}/receive")).Body, Is.EqualTo("[5,\"a\",{}]\u001e2049 bytes, kept 2048, of which 1\u001e[5,\"b\",{}]\u001e"));
        Assert.That((await _rig.AskAsync($"{id}/send", string.Concat(Enumerable.Repeat($"{Large(2000)}\u001e", 60)))).Status, Is.EqualTo(202));
        Assert.That(session.Messages, Is.EqualTo(63));
        Assert.That((await _rig.AskAsync($"{id}/send", string.Concat(Enumerable.Repeat($"{Large(2000)}\u001e", 70)))).Status, Is.EqualTo(413), "a batch has a bound of its own");
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.TransportViolation));
    }

    [Test]
    public async Task Send_NoRoomForItsBody_IsToldToComeAgain()
    {
        _rig = await LongPollRig.StartAsync(configure: options => (options.MaxMessageBytes, options.MaxMessageBytesBeforeLogin) = (1024 * 1024, 1024 * 1024));
        var id = await _rig.OpenAsync();
        _rig.Services.Inbound.Charge(_rig.Services.Inbound.CapacityBytes);

        var (status, text) = await _rig.AskAsync($"{id}/send", Large(500_000));

        Assert.That((status, text), Is.EqualTo((503, "The router has no room for so large a message at the moment.\n")));
        _rig.Services.Inbound.Release(_rig.Services.Inbound.CapacityBytes);
        Assert.That((await _rig.AskAsync($"{id}/send", Large(500_000))).Status, Is.EqualTo(202));
        Assert.That(_rig.Services.Inbound.ReservedBytes, Is.Zero);
    }

    /// <summary>A HELLO of so many bytes.</summary>
    private static string Large(int bytes)
    {
        const string start = "[1,\"";
        const string end = "\",{}]";
        return start + new string('r', bytes - start.Length - end.Length) + end;
    }

    private static byte[] Encode(WireFormat format, int number) => format switch
    {
        WireFormat.Json => Encoding.UTF8.GetBytes($"[5,\"{number}\",{{}}]"),
        WireFormat.MessagePack => [0x93, 0x05, 0xA1, (byte)('0' + number), 0x80],
        _ => [0x83, 0x05, 0x61, (byte)('0' + number), 0xA0],
    };

    private static string NameOf(WireFormat format) => format == WireFormat.MessagePack ? "msgpack" : format.ToString().ToLowerInvariant();
}
