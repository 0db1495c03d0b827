using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;

var builder = Host.CreateApplicationBuilder(args);
builder.Configuration["Router:Url"] = args[0];
builder.Configuration["Router:Realm"] = "realm1";
builder.Services.AddWampClient(builder.Configuration.GetSection("Router")).AddProxy<IGreeter>();
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine(await host.Services.GetRequiredService<IGreeter>().GreetAsync("Ada"));
await host.StopAsync();

/// <summary>What the package's generator completes.</summary>
[WampContract]
internal partial interface IGreeter
{
    [WampProcedure("com.example.greet")]
    Task<string> GreetAsync(string name);
}
