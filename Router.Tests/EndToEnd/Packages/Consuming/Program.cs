using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;

var builder = Host.CreateApplicationBuilder(args);
builder.Configuration["Router:Url"] = args[0];
builder.Configuration["Router:Realm"] = "realm1";
builder.Services.AddWampClient(builder.Configuration.GetSection("Router"));
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine(await host.Services.GetRequiredService<IWampClient>().CallAsync<string>("com.example.greet", ["Ada"]));
await host.StopAsync();
