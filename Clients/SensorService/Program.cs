using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SensorService;
using WampRouter.Client;

// Every setting of appsettings.json can be given as --Router:Url ws://… or as the environment variable Router__Url; a real ticket as the latter.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Router")).UseSerializer(new WampJsonSerializer(ReadingJson.Default));
builder.Services.AddHostedService<SensorPublisher>();
builder.Build().Run();
