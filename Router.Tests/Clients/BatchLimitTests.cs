using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>How much a client takes in one batch: many small messages, or one of the largest with others beside it, and no more.</summary>
internal sealed class BatchLimitTests
{
    [TestCase(1000, 200, 600, true, Description = "120 kB, far more than twice the largest message")]
    [TestCase(1000, 300, 600, false, Description = "180 kB")]
    [TestCase(200_000, 2, 150_000, true, Description = "300 kB, two messages of which each is taken")]
    [TestCase(200_000, 3, 150_000, false, Description = "450 kB")]
    public async Task Received_ABatchOfManyBytes_IsTakenUpToTheLimit(int maxMessageBytes, int messages, int size, bool isTaken)
    {
        await using var server = await FrameServer.StartAsync();
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(server.Uri) { Batched = true, MaxMessageBytes = maxMessageBytes },
            Realm = "realm1",
            Serializers = [WampSerializer.Json],
            Reconnect = null,
        });
        var connecting = client.ConnectAsync();
        await server.AcceptAsync();
        await server.ReceiveAsync();
        await server.SendAsync("[2,77,{}]\u001e");
        await connecting.Soon();
        var calls = Enumerable.Range(1, messages).Select(_ => client.CallAsync("com.example.p")).ToArray();

        await server.SendAsync(string.Concat(Enumerable.Range(1, messages).Select(id => $"[50,{id},{{}},[\"{new string('x', size - 20)}\"]]\u001e")));

        if (isTaken)
        {
            Assert.That((await Task.WhenAll(calls).Soon()).Select(result => result.Get<string>(0).Length), Is.All.EqualTo(size - 20));
        }
        else
        {
            server.HangUp();
            Assert.That(() => calls[^1].Soon(), Throws.TypeOf<WampConnectionException>());
        }

        server.HangUp();
    }
}
