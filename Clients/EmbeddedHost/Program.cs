using EmbeddedHost;

// The smallest ASP.NET Core application that is also a WAMP router, with a service inside the same process.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);      // says where it listens
builder.Services.AddWampRouter(builder.Configuration);
builder.Services.AddHostedService<Greeter>();

var app = builder.Build();
app.MapWampRouter("/ws");
app.MapGet("/", () => "WAMP is spoken at /ws; call com.example.greet in realm1.");
app.Run();
