using EmbeddedHost;
using WampRouter;

// The smallest ASP.NET Core application that is also a WAMP router, with a service inside the same process.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);      // says where it listens
builder.Services.AddWampRouter().AddRealm("realm1", realm =>
{
    // Everybody on this machine may call and listen; what is served is the application's own.
    realm.AddRole("visitor").Allow("com.example.", WampUriMatch.Prefix, call: true, subscribe: true);
    realm.AllowAnonymous("visitor", loopbackOnly: true);
});
builder.Services.AddHostedService<Greeter>();

var app = builder.Build();
app.MapWampRouter("/ws");
app.MapGet("/", () => "WAMP is spoken at /ws; call com.example.greet in realm1.");
app.MapPost("/news", async (string text, IWampRealm realm) => await realm.PublishAsync("com.example.news", [text]));
app.Run();
