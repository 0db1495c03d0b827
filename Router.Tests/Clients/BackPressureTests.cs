using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class BackPressureTests(WampSerializer serializer)
{
    private const int Kilobyte = 1024;

    [Test]
    public async Task PublishAsync_RouterDoesNotRead_WaitsAndLosesNothing()
    {
        await using var joined = await JoinedClient.JoinAsync(serializer, maxUnsentBytes: 16 * Kilobyte);
        var text = new string('x', Kilobyte);
        var sent = 0;
        Task waiting;
        while (true)
        {
            waiting = joined.Client.PublishAsync("com.example.t", [sent, text]).AsTask();
            if (!waiting.IsCompletedSuccessfully)
            {
                break;
            }

            sent++;
        }

        // The pipe takes 64 KiB, one batch is on its way into it and one fills: never the whole memory.
        Assert.That(sent, Is.InRange(64, 64 + (2 * 16) + 3));
        for (var i = 0; i <= sent; i++)
        {
            Assert.That(await joined.Peer.ReceiveAsync(), Does.StartWith($$"""[16,{{i + 1}},{},"com.example.t",[{{i}},"""));
        }

        await waiting.Soon();
    }

    [Test]
    public async Task PublishAsync_CanceledWhileWaiting_IsNotSent()
    {
        await using var joined = await JoinedClient.JoinAsync(serializer, maxUnsentBytes: Kilobyte);
        using var cancel = new CancellationTokenSource();
        var text = new string('x', Kilobyte);
        var sent = 0;
        Task waiting;
        while (true)
        {
            waiting = joined.Client.PublishAsync("com.example.t", [text], cancellationToken: cancel.Token).AsTask();
            if (!waiting.IsCompletedSuccessfully)
            {
                break;
            }

            sent++;
        }

        await cancel.CancelAsync();
        Assert.That(async () => await waiting.Soon(), Throws.InstanceOf<OperationCanceledException>());
        for (var i = 0; i < sent; i++)
        {
            await joined.Peer.ReceiveAsync();
        }

        await joined.Client.PublishAsync("com.example.last");
        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo($$"""[16,{{sent + 1}},{},"com.example.last"]"""), "the id of what was not sent is used by the next");
    }

    [Test]
    public async Task PublishAsync_ConnectionLostWhileWaiting_Fails()
    {
        await using var joined = await JoinedClient.JoinAsync(serializer, maxUnsentBytes: Kilobyte);
        var text = new string('x', Kilobyte);
        Task waiting;
        do
        {
            waiting = joined.Client.PublishAsync("com.example.t", [text]).AsTask();
        }
        while (waiting.IsCompletedSuccessfully);

        await joined.Peer.CloseAsync();
        Assert.That(async () => await waiting.Soon(), Throws.TypeOf<WampConnectionException>());
    }

    [Test]
    public async Task Invocations_TheirAnswersAreNotRead_StopsReadingThem()
    {
        const int tooMany = 20_000;
        await using var joined = await JoinedClient.JoinAsync(serializer, maxUnsentBytes: Kilobyte);
        var sent = 0;
        Task sending;
        do
        {
            sending = joined.Peer.SendAsync($"[68,{++sent},999,{{}}]");
        }
        while (sent < tooMany && await IsTakenAsync(sending));

        Assert.That(sent, Is.LessThan(tooMany), "what is not read stays with the router");
        for (var i = 1; i <= sent; i++)
        {
            Assert.That(await joined.Peer.ReceiveAsync(), Does.StartWith($"[8,68,{i},"));
        }

        await sending.Soon();
    }

    [Test]
    public async Task Goodbye_RouterHasNotReadWhatWaits_IsAnsweredBehindIt()
    {
        await using var joined = await JoinedClient.JoinAsync(serializer, maxUnsentBytes: Kilobyte);
        Task waiting;
        do
        {
            waiting = joined.Client.PublishAsync("com.example.t", [new string('x', Kilobyte)]).AsTask();
        }
        while (waiting.IsCompletedSuccessfully);

        await joined.Peer.SendAsync("""[6,{},"wamp.close.system_shutdown"]""");

        Assert.That(async () => await waiting.Soon(), Throws.TypeOf<WampConnectionException>());
        var last = string.Empty;
        while (await joined.Peer.TryReceiveAsync() is { } message)
        {
            last = message;
        }

        Assert.That(last, Is.EqualTo("""[6,{},"wamp.close.goodbye_and_out"]"""));
    }

    [Test]
    [Shows("id.session-client")]
    public async Task PublishAsync_ManyAtOnce_KeepIdsInOrderOnTheWire()
    {
        const int publishers = 4, each = 500;
        await using var joined = await JoinedClient.JoinAsync(serializer, maxUnsentBytes: 16 * Kilobyte);
        var publishing = Task.WhenAll(Enumerable.Range(0, publishers).Select(p => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                await joined.Client.PublishAsync("com.example.t", [p, i]);
            }
        })));
        var next = new int[publishers];
        for (var request = 1; request <= publishers * each; request++)
        {
            var message = await joined.Peer.ReceiveAsync();
            Assert.That(message, Does.StartWith($"[16,{request},"));
            var arguments = message[(message.LastIndexOf('[') + 1)..^2].Split(',');
            Assert.That(arguments[1], Is.EqualTo($"{next[int.Parse(arguments[0])]++}"));
        }

        await publishing.Soon();
    }

    private static async Task<bool> IsTakenAsync(Task sending)
    {
        try
        {
            await sending.WaitAsync(TimeSpan.FromMilliseconds(200));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
