using System.Buffers;
using System.Text;
using WampRouter.Transports.FrontDoor;

namespace WampRouter.Tests.Transports.FrontDoor;

/// <summary>The WAMP path may be of any length, and so may the method in front of it: a request is ours where both are whole.</summary>
internal sealed class RequestJudgePathTests
{
    private const string Rest = " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";

    private static IEnumerable<string> Paths => ["/", "/w", "/ws", "/a/path/of/17bytes", "/api/v1/realtime/sockets/wamp", "/" + new string('x', 500)];

    [Test]
    public void Judge_OurPathOfAnyLength_IsOurs([ValueSource(nameof(Paths))] string path, [Values("GET", "A", "SIXTEENLETTERSXY")] string method)
    {
        var judge = new RequestJudge(path);
        var request = $"{method} {path}{Rest}";
        for (var length = 0; length < request.Length; length++)
        {
            Assert.That(Judge(judge, request[..length]), Is.EqualTo(Verdict.NeedMore), $"{length} bytes");
        }

        Assert.That(Judge(judge, request), Is.EqualTo(Verdict.WebSocket));
        Assert.That(Judge(judge, $"{method} {path}?a=b{Rest}"), Is.EqualTo(Verdict.WebSocket));
    }

    [Test]
    public void Judge_AnotherPathOfThatLength_IsPassedOn([ValueSource(nameof(Paths))] string path)
    {
        var judge = new RequestJudge(path);

        Assert.That(Judge(judge, $"GET {path}x{Rest}"), Is.EqualTo(Verdict.PassOn));
        Assert.That(Judge(judge, $"GET {path[..^1]}~{Rest}"), Is.EqualTo(Verdict.PassOn));
        Assert.That(Judge(judge, $"SEVENTEENLETTERSX {path}{Rest}"), Is.EqualTo(Verdict.PassOn));
    }

    private static Verdict Judge(RequestJudge judge, string bytes) => judge.Judge(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(bytes)), null, out _, out _);
}
