using WampRouter;
using WampRouter.Client;

// An application of somebody else: it hosts the router, has a Program and an appsettings.json of its own, and serves a procedure in the same process.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddWampRouter(builder.Configuration);
var app = builder.Build();
app.MapWampRouter("/ws");
app.MapGet("/", (IConfiguration settings) => settings["Shop:Name"]);
await app.StartAsync();

var router = app.Services.GetRequiredService<WampMemoryTransport>();
await using var service = new WampClient(new WampClientOptions
{
    Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(router.Connect(subprotocol))),
    Realm = "realm1",
});
await service.ConnectAsync();
await service.RegisterAsync("com.example.greet", (string name) => $"Hello, {name}!");
Console.WriteLine($"ready at {app.Urls.Single()}");
await app.WaitForShutdownAsync();

internal sealed partial class Program;
