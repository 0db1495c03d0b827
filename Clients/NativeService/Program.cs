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

await client.RegisterAsync<INativeService>(new Service());
await client.RegisterAsync("com.example.native.power", (int power) => BigInteger.Pow(10, power));
await using var orders = await client.SubscribeAsync<IOrderBook>(new OrderBook());

var (quotient, rest) = await client.CreateProxy<INativeService>().DivideAsync(7, 2);
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
