using System.Buffers;
using System.Text;
using WampRouter.Transports.FrontDoor;

namespace WampRouter.Tests.Transports.FrontDoor;

internal sealed class RequestJudgeTests
{
    private readonly RequestJudge _judge = new("/ws");

    [TestCase("", Verdict.NeedMore)]
    [TestCase("G", Verdict.NeedMore)]
    [TestCase("GET", Verdict.NeedMore)]
    [TestCase("GET ", Verdict.NeedMore)]
    [TestCase("GET /w", Verdict.NeedMore)]
    [TestCase("GET /ws", Verdict.NeedMore)]
    [TestCase("GET /ws ", Verdict.NeedMore)]
    [TestCase("GET /ws?a=b HTTP/1.1\r\n", Verdict.NeedMore)]
    [TestCase("GET /x", Verdict.PassOn)]
    [TestCase("GET /wsx", Verdict.PassOn)]
    [TestCase("GET /ws/", Verdict.PassOn)]
    [TestCase("GET  /ws ", Verdict.PassOn)]
    [TestCase("GET http://localhost/ws ", Verdict.PassOn)]
    [TestCase("get /ws ", Verdict.PassOn)]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Verdict.PassOn)]
    [TestCase("\u007f", Verdict.NeedMore)]
    [TestCase("\u007f\u00f1\0", Verdict.NeedMore)]
    [TestCase("\u007f\u00f1\0\0", Verdict.RawSocket)]
    [TestCase("\u007f\u00f1\0\0\0\0\0", Verdict.RawSocket)]
    [TestCase("\u0016\u0003\u0001", Verdict.PassOn)]
    [TestCase("ABCDEFGHIJKLMNOPQ", Verdict.PassOn)]
    [TestCase("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", Verdict.PassOn)]
    [TestCase("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n", Verdict.PassOn)]
    [TestCase("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", Verdict.WebSocket)]
    [TestCase("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n", Verdict.NeedMore)]
    [TestCase("GET /ws GARBAGE\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", Verdict.PassOn)]
    [TestCase("GET /ws HTTP/1.1\r\nHost : a\r\nUpgrade: websocket\r\n\r\n", Verdict.PassOn)]
    public void Judge_FirstBytes_SaysAsEarlyAsItCan(string bytes, Verdict expected)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(bytes));

        Assert.That(_judge.Judge(buffer, null, out _, out _), Is.EqualTo(expected));
    }

    [Test]
    public void Judge_OurRequest_TakesTheHeadAndLeavesTheRest()
    {
        var buffer = new ReadOnlySequence<byte>("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\nframe"u8.ToArray());

        _judge.Judge(buffer, null, out var request, out var end);

        Assert.That((request!.Method, request.Host, request.IsHttp11), Is.EqualTo(("GET", "a", true)));
        Assert.That(Encoding.ASCII.GetString(buffer.Slice(end)), Is.EqualTo("frame"));
    }
}
