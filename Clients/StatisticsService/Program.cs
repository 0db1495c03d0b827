using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StatisticsService;

// Every setting of appsettings.json can be given as --Router:Url ws://… or as the environment variable Router__Url; a real ticket as the latter.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddSingleton<Statistics>();
builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Router"))
    .AddSubscription<Statistics, Reading>("com.example.sensors.temperature", (statistics, reading) => statistics.AddAsync(reading))
    .AddSubscription<Statistics, Reading>("com.example.sensors.humidity", (statistics, reading) => statistics.AddAsync(reading))
    .AddSubscription<Statistics, Reading>("com.example.sensors.pressure", (statistics, reading) => statistics.AddAsync(reading))
    .AddContract<IStatistics, Statistics>();
builder.Build().Run();
