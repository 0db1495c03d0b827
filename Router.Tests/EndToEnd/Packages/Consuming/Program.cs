using WampRouter.Client;

await using var client = new WampClient(new Uri(args[0]), "realm1");
await client.ConnectAsync();
Console.WriteLine(await client.CallAsync<string>("com.example.greet", ["Ada"]));
