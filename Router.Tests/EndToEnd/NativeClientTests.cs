using System.Numerics;
using System.Text.Json.Serialization;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>A service on the client library, as a Native AOT executable: it was made without a warning, and does what it does everywhere.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
public sealed partial class NativeClientTests(WampSerializer serializer) : RunningRouter(RouterBuild.Dotnet, LabRealm.WriteTo)
{
    [Test]
    public async Task Service_NativeAot_ServesPublishesAndSubscribes()
    {
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(Router.WebSocket),
            Realm = "lab",
            Authentication = WampAuthentication.Ticket("bob", "bob-ticket"),
            PayloadSerializer = new WampJsonSerializer(NativeJson.Default),
        });
        await client.ConnectAsync().Soon();
        await using var ready = await client.SubscribeAsync("com.example.native.ready").Soon();
        await using var service = ChildProcess.Start(BuiltFiles.NativeService(), [Router.WebSocket.AbsoluteUri, "lab", "ada", "ada-ticket", serializer.ToString()]);

        await service.PrintedAsync("ready: 7 / 2 = 3, rest 1");
        await using var events = ready.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        Assert.That(events.Current.Arguments.Get<long>("session"), Is.Positive);

        var order = new Order("tea", 2, DateTimeOffset.UnixEpoch);
        Assert.That(await client.CallAsync<Order>("com.example.native.order", [order]).Soon(), Is.EqualTo(order with { Count = 3 }));
        Assert.That(await client.CallAsync<(int, int)>("com.example.native.divide", [17, 5]).Soon(), Is.EqualTo((3, 2)));
        Assert.That(await client.CallAsync<long>("com.example.native.power", [15]).Soon(), Is.EqualTo(1_000_000_000_000_000));
        await AssertLargeNumberAsync(client);
        var counted = new List<int>();
        await foreach (var number in client.CallProgressivelyAsync<int>("com.example.native.count", [5]))
        {
            counted.Add(number);
        }

        Assert.That(counted, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        await client.PublishAcknowledgedAsync("com.example.native.orders", [new[] { order, order with { Item = "coffee" } }]).Soon();
        await service.PrintedAsync("ordered: tea, coffee");

        service.Terminate();
        Assert.That(await service.ExitAsync(), Is.Zero);
        Assert.That(Assert.CatchAsync<WampException>(() => client.CallAsync("com.example.native.order").Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.NoSuchProcedure));
    }

    private async Task AssertLargeNumberAsync(WampClient client)
    {
        var call = client.CallAsync<BigInteger>("com.example.native.power", [40]);
        if (serializer == WampSerializer.MessagePack)
        {
            // 10^40 is no float, and MessagePack's integers have 64 bits.
            Assert.That(Assert.CatchAsync<WampException>(() => call.Soon())!.Message, Does.Contain("its result could not be sent"));
        }
        else
        {
            Assert.That(await call.Soon(), Is.EqualTo(BigInteger.Pow(10, 40)));
        }
    }

    internal sealed record Order(string Item, int Count, DateTimeOffset At);

    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Order[]))]
    private sealed partial class NativeJson : JsonSerializerContext;
}
