using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Autobahn group 5.</summary>
internal sealed class FragmentationTests(WayIn way) : WebSocketSuite(way)
{
    private static byte[] First(ReadOnlySpan<byte> text) => FrameClient.Frame(WebSocketOpcode.Text, text, fin: false);

    private static byte[] Middle(ReadOnlySpan<byte> text) => FrameClient.Frame(WebSocketOpcode.Continuation, text, fin: false);

    private static byte[] Last(ReadOnlySpan<byte> text) => FrameClient.Frame(WebSocketOpcode.Continuation, text);

    private static byte[] Ping(ReadOnlySpan<byte> payload) => FrameClient.Frame(WebSocketOpcode.Ping, payload);

    [TestCase(WebSocketOpcode.Ping)]
    [TestCase(WebSocketOpcode.Pong)]
    [TestCase(WebSocketOpcode.Close)]
    public async Task ControlFrame_Fragmented_FailsTheConnection(WebSocketOpcode opcode)
    {
        await Client.SendRawAsync(FrameClient.Frame(opcode, [], fin: false));

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Message_InTwoFragments_ComesBackWhole([Values(1, 7, 1000)] int piece)
    {
        await Client.SendChoppedAsync([.. First("frag"u8), .. Last("ment"u8)], piece);

        await ExpectTextAsync("fragment");
        await ExpectCleanCloseAsync();
    }

    [Test]
    public async Task Ping_BetweenFragments_IsAnsweredFirst([Values(1, 1000)] int piece)
    {
        await Client.SendChoppedAsync([.. First("frag"u8), .. Ping("ping"u8), .. Last("ment"u8)], piece);

        await ExpectAsync(WebSocketOpcode.Pong, "ping"u8.ToArray());
        await ExpectTextAsync("fragment");
        await ExpectCleanCloseAsync();
    }

    [Test]
    public async Task Pings_BetweenManyFragments_AreAllAnswered()
    {
        byte[] wire = [.. First("1"u8), .. Middle("2"u8), .. Ping("a"u8), .. Middle("3"u8), .. Middle("4"u8), .. Ping("b"u8), .. Last("5"u8)];

        await Client.SendRawAsync(wire);

        await ExpectAsync(WebSocketOpcode.Pong, "a"u8.ToArray());
        await ExpectAsync(WebSocketOpcode.Pong, "b"u8.ToArray());
        await ExpectTextAsync("12345");
    }

    [Test]
    public async Task Message_OfEmptyFragments_ComesBackEmpty()
    {
        await Client.SendRawAsync([.. First([]), .. Middle([]), .. Last([])]);

        await ExpectTextAsync(string.Empty);
    }

    [Test]
    public async Task Message_TextOnlyInItsMiddle_ComesBackWhole()
    {
        await Client.SendRawAsync([.. First([]), .. Middle("middle"u8), .. Last([])]);

        await ExpectTextAsync("middle");
    }

    [Test]
    public async Task Continuation_OfNothing_FailsTheConnection([Values] bool fin, [Values(1, 1000)] int piece)
    {
        await Client.SendChoppedAsync([.. FrameClient.Frame(WebSocketOpcode.Continuation, "lost"u8, fin), .. Ping([])], piece);

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Continuation_AfterTheLastFragment_FailsTheConnection()
    {
        await Client.SendRawAsync([.. First("a"u8), .. Last("b"u8), .. Last("c"u8)]);

        await ExpectTextAsync("ab");
        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [TestCase(WebSocketOpcode.Text)]
    [TestCase(WebSocketOpcode.Binary)]
    public async Task NewMessage_BeforeTheLastFragment_FailsTheConnection(WebSocketOpcode opcode)
    {
        await Client.SendRawAsync([.. First("a"u8), .. FrameClient.Frame(opcode, "b"u8)]);

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Close_BetweenFragments_ClosesCleanly()
    {
        await Client.SendRawAsync(First("half"u8));

        await ExpectCleanCloseAsync();
    }
}
