using WampRouter;
using WampRouter.Client;

// An application of somebody else: it hosts the router, has a Program and an appsettings.json of its own, and serves a procedure in the same process.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddWampRouter()
    .AddRealmFiles("config/realms")
    .AddRealm("com.shop", realm => realm.AllowAnonymous(realm.AddRole("visitor").Name));
var app = builder.Build();
app.MapWampRouter("/ws");
app.MapGet("/", (IConfiguration settings) => settings["Shop:Name"]);
await app.StartAsync();

var realm = app.Services.GetRequiredKeyedService<IWampRealm>("realm1");
await realm.RegisterAsync("com.example.greet", (string name) => $"Hello, {name}!");
Console.WriteLine($"ready at {app.Urls.Single()}");
await app.WaitForShutdownAsync();

internal sealed partial class Program;
