using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Autobahn group 6: its texts, the boundaries of every length, and everything that must not pass.</summary>
internal sealed class Utf8Tests(WayIn way) : WebSocketSuite(way)
{
    private static readonly string[] Valid =
    [
        "", "Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\0", "\u0080", "\u0800", "\U00010000", "\u007f", "\u07ff", "\uffff", "\ufffd", "\ud7ff", "\ue000", "\U0010ffff",
        "\ufffe", "\U0001fffe", "\U0010fffe", "日本語のテキスト, emoji 🎉🎊, and a tail",
    ];

    private static readonly string[] Invalid =
    [
        "CEBAE1BDB9CF83CEBCCEB5EDA080656469746564", // a surrogate in the middle
        "CEBAE1BDB9CF83CEBCCEB5F4908080656469746564", // above U+10FFFF
        "80", "BF", "808080808080", "80BF80BF",
        "C020", "C120", "E020", "F020", "F520", "FE", "FF", "FEFEFFFF",
        "C0", "E080", "F08080", "F8808080", "FC8080808080", // cut short, or never long enough
        "C0AF", "E080AF", "F08080AF", "F8808080AF", "FC80808080AF", "C1BF", "E09FBF", "F08FBFBF", "C080", // overlong
        "EDA080", "EDADBF", "EDAE80", "EDBFBF", "EDA080EDB080", "EDAFBFEDBFBF", // surrogates
        "F4908080", "F7BFBFBF", "FBBFBFBFBF",
        "CE", "CEBAE1", "CEBAE1BD", // unfinished at the end
        "CEBA61E1BD61",
    ];

    [Test]
    public async Task Text_Valid_ComesBack([ValueSource(nameof(Valid))] string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);

        await Client.SendAsync(WebSocketOpcode.Text, payload);
        await ExpectAsync(WebSocketOpcode.Text, payload);

        await SendOneFragmentPerByteAsync(payload);
        await ExpectAsync(WebSocketOpcode.Text, payload);

        await Client.SendChoppedAsync(FrameClient.Frame(WebSocketOpcode.Text, payload), 1);
        await ExpectAsync(WebSocketOpcode.Text, payload);
        await ExpectCleanCloseAsync();
    }

    [Test]
    [Shows("uri.unicode")]
    public async Task Text_Invalid_FailsTheConnection([ValueSource(nameof(Invalid))] string hex)
    {
        await Client.SendAsync(WebSocketOpcode.Text, Convert.FromHexString(hex));

        await ExpectFailureAsync(CloseCode.InvalidPayload);
    }

    [Test]
    public async Task Text_InvalidInFragmentsOfOneByte_FailsTheConnection([ValueSource(nameof(Invalid))] string hex)
    {
        await SendOneFragmentPerByteAsync(Convert.FromHexString(hex));

        await ExpectFailureAsync(CloseCode.InvalidPayload);
    }

    [TestCase("CEBAE1BDB9CF83CEBCCEB5F490", TestName = "Text_InvalidSecondByteOfACharacter_FailsBeforeTheMessageIsWhole")]
    [TestCase("CEBAE1BDB9CF83CEBCCEB5EDA0", TestName = "Text_FirstHalfOfASurrogate_FailsBeforeTheMessageIsWhole")]
    [TestCase("FF", TestName = "Text_ImpossibleByte_FailsBeforeTheMessageIsWhole")]
    public async Task Text_BeginsInvalid_FailsFast(string hex)
    {
        await Client.SendAsync(WebSocketOpcode.Text, Convert.FromHexString(hex), fin: false);

        await ExpectFailureAsync(CloseCode.InvalidPayload);
    }

    [Test]
    public async Task Text_InvalidWithinAnUnfinishedFrame_FailsFast()
    {
        var frame = FrameClient.Frame(WebSocketOpcode.Text, [.. "valid so far"u8, 0xF4, 0x90, .. new byte[2000]]);

        await Client.SendRawAsync(frame[..100]);

        var close = await Client.ReceiveAsync();
        Assert.That(close!.CloseCode, Is.EqualTo(1007));
    }

    private Task SendOneFragmentPerByteAsync(byte[] payload)
    {
        var wire = new MemoryStream();
        wire.Write(FrameClient.Frame(WebSocketOpcode.Text, [], fin: false));
        foreach (var octet in payload)
        {
            wire.Write(FrameClient.Frame(WebSocketOpcode.Continuation, [octet], fin: false));
        }

        wire.Write(FrameClient.Frame(WebSocketOpcode.Continuation, []));
        return Client.SendRawAsync(wire.ToArray());
    }
}
