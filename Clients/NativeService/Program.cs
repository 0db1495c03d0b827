using System.Numerics;
using System.Runtime.InteropServices;
using NativeService;
using WampRouter.Client;

if (args is not [var url, var realm, var authId, var ticket, .. var serializer])
{
    Console.Error.WriteLine("usage: NativeService <ws://host:port/ws> <realm> <authid> <ticket> [Json|MessagePack|Cbor]");
    return 2;
}

await using var client = new WampClient(new WampClientOptions
{
    Transport = new WampWebSocketTransport(new Uri(url)),
    Realm = realm,
    Authentication = WampAuthentication.Ticket(authId, ticket),
    Serializers = [serializer.Length > 0 ? Enum.Parse<WampSerializer>(serializer[0]) : WampSerializer.Json],
    PayloadSerializer = new WampJsonSerializer(OrderJson.Default),
    Reconnect = new WampReconnectPolicy { RetryFirstConnect = true },
});
client.BackgroundError += (_, error) => Console.Error.WriteLine($"{error.Kind} at {error.Uri}: {error.Exception.Message}");
await client.ConnectAsync();

await client.RegisterAsync("com.example.native.order", (Order order) => order with { Count = order.Count + 1 });
await client.RegisterAsync("com.example.native.divide", (int a, int b) => (a / b, a % b));
await client.RegisterAsync("com.example.native.power", (int power) => BigInteger.Pow(10, power));
await client.RegisterAsync("com.example.native.count", async (int upTo, WampInvocation call) =>
{
    for (var i = 1; i < upTo; i++)
    {
        await call.ReportProgressAsync([i]);
    }

    return upTo;
});
await using var orders = await client.SubscribeAsync("com.example.native.orders", (List<Order> several) => Console.WriteLine($"ordered: {string.Join(", ", several.Select(o => o.Item))}"));

var (quotient, rest) = await client.CallAsync<(int, int)>("com.example.native.divide", [7, 2]);
await client.PublishAcknowledgedAsync("com.example.native.ready", new() { { "session", client.Session!.Id } });
Console.WriteLine($"ready: 7 / 2 = {quotient}, rest {rest}");

var ended = new TaskCompletionSource();
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    ended.TrySetResult();
});
await ended.Task;
return 0;
