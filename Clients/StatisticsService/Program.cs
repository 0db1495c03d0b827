using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StatisticsService;

// Every setting of appsettings.json can be given as --Router:Url ws://… or as the environment variable Router__Url; a real ticket as the latter.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddHostedService<StatisticsWorker>();
builder.Build().Run();
