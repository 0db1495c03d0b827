using System.Net.WebSockets;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A client that does not understand what comes says so as it closes, and waits for no answer: what would be left to understand?</summary>
internal sealed class BrokenFrameTests
{
    [TestCase(false, "[50,1,{}]", WebSocketMessageType.Binary)]
    [TestCase(false, "LARGE", WebSocketMessageType.Text)]
    [TestCase(true, "[50,1,{}]\u001e", WebSocketMessageType.Binary)]
    [TestCase(true, "[50,1,{}]", WebSocketMessageType.Text)]
    [TestCase(true, "LARGE", WebSocketMessageType.Text)]
    public async Task Received_NotUnderstood_ClosesWithProtocolErrorAndAwaitsNoAnswer(bool batched, string frame, WebSocketMessageType type)
    {
        await using var server = await FrameServer.StartAsync();
        await using var client = await JoinAsync(server, batched);
        var call = client.CallAsync("com.example.p");

        await server.SendAsync(frame == "LARGE" ? $"[50,1,{{}},[\"{new string('x', 200_000)}\"]]" : frame, type);

        Assert.That(() => call.Soon(), Throws.TypeOf<WampConnectionException>());
        Assert.That(await server.ReceiveCloseAsync(), Is.EqualTo(WebSocketCloseStatus.ProtocolError));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Dispose_NothingWrong_ClosesNormally(bool batched)
    {
        await using var server = await FrameServer.StartAsync();
        var client = await JoinAsync(server, batched);

        var leaving = client.DisposeAsync().AsTask();
        Assert.That(await server.ReceiveAsync(), Does.StartWith("[6,"));
        await server.SendAsync(Ended("""[6,{},"wamp.close.goodbye_and_out"]""", batched));

        Assert.That(await server.ReceiveCloseAsync(), Is.EqualTo(WebSocketCloseStatus.NormalClosure));
        server.HangUp();
        await leaving.Soon();
    }

    private static string Ended(string message, bool batched) => batched ? message + '\u001e' : message;

    private static async Task<WampClient> JoinAsync(FrameServer server, bool batched)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(server.Uri) { Batched = batched, MaxMessageBytes = 1000 },
            Realm = "realm1",
            Serializers = [WampSerializer.Json],
            Reconnect = null,
        });
        var connecting = client.ConnectAsync();
        await server.AcceptAsync();
        await server.ReceiveAsync();
        await server.SendAsync(Ended("[2,77,{}]", batched));
        await connecting.Soon();
        return client;
    }
}
