using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>Every snippet of the README of the client's hosting package stands here word for word, so that it compiles; ReadmeTests compares them.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Snippets show instance methods.")]
internal static partial class HostingReadmeSnippets
{
    public static void Run(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Wamp"))
            .AddSubscription<Warehouse, Order>("com.example.orders", (warehouse, order) => warehouse.ReserveAsync(order))
            .AddService<Prices>();
        builder.Services.AddHealthChecks().AddWampClient();
        builder.Build().Run();
    }

    public static void RegisterDelegates(HostApplicationBuilder builder)
    {
        builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Wamp"))
            .UseSerializer(new WampJsonSerializer(OrdersContext.Default))
            .AddRegistration((services, client, cancellationToken) =>
                client.RegisterAsync("com.example.price", (string item) => services.GetRequiredService<Prices>().Of(item), cancellationToken: cancellationToken));
    }

    public static void MakeAScope(HostApplicationBuilder builder)
    {
        builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Wamp"))
            .AddRegistration((services, client, cancellationToken) => client.SubscribeAsync(
                "com.example.orders",
                async (Order order) =>
                {
                    await using var scope = services.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<Warehouse>().ReserveAsync(order);
                },
                cancellationToken: cancellationToken));
    }

    public static void ChangeTheOpeningRequest(HostApplicationBuilder builder)
    {
        builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Wamp"))
            .UseTransport(services => new WampWebSocketTransport(new Uri("wss://example.com/ws"))
            {
                Configure = socket => socket.SetRequestHeader("Authorization", $"Bearer {services.GetRequiredService<Tokens>().Current}"),
            });
    }

    public sealed record Tokens(string Current);

    public static void AnswerChallenges(HostApplicationBuilder builder)
    {
        builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Wamp"))
            .UseAuthentication(services => WampAuthentication.Answering("password-and-code", "warehouse", async (challenge, cancellationToken) =>
            {
                var vault = services.GetRequiredService<Vault>();
                return new WampChallengeResponse(challenge.Extra.TryGet<string>("ask", out var ask) && ask == "code"
                    ? await vault.MakeCodeAsync(cancellationToken)
                    : await vault.ReadAsync("password", cancellationToken));
            }));
    }

    public sealed class Vault
    {
        public Task<string> ReadAsync(string name, CancellationToken cancellationToken) => Task.FromResult(name);

        public Task<string> MakeCodeAsync(CancellationToken cancellationToken) => Task.FromResult("123456");
    }

    public static void ServeContracts(HostApplicationBuilder builder)
    {
        builder.Services.AddWampClient(builder.Configuration.GetRequiredSection("Wamp"))
            .AddContract<IPrices, PriceList>()
            .AddProxy<IStock>();
    }

    [WampContract]
    public partial interface IPrices
    {
        [WampProcedure("com.example.price")]
        Task<decimal> OfAsync(string item, CancellationToken cancellationToken = default);
    }

    [WampContract]
    public partial interface IStock
    {
        [WampProcedure("com.example.stock.count")]
        Task<int> CountAsync(string item, CancellationToken cancellationToken = default);
    }

    public sealed class PriceList(IStock stock) : IPrices
    {
        public async Task<decimal> OfAsync(string item, CancellationToken cancellationToken) => await stock.CountAsync(item, cancellationToken) > 0 ? 4.5m : 9;
    }

    public static void AddSeveral(HostApplicationBuilder builder)
    {
        builder.Services.AddWampClient("orders", builder.Configuration.GetRequiredSection("Orders"));
        builder.Services.AddWampClient("plant", builder.Configuration.GetRequiredSection("Plant"));
        builder.Services.AddHealthChecks().AddWampClient("orders").AddWampClient("plant");
    }

    public sealed class Warehouse(IWampClient client)
    {
        public async Task ReserveAsync(Order order) => await client.PublishAsync("com.example.reserved", [order.Item]);
    }

    public sealed class Dispatcher([FromKeyedServices("orders")] IWampClient orders, [FromKeyedServices("plant")] IWampClient plant)
    {
        public Task<WampSubscription> StartAsync() => orders.SubscribeAsync("com.example.orders", async (Order order) => await plant.PublishAsync("com.example.jobs", [order.Item]));
    }

    public sealed record Order(string Item);

    public sealed class Prices
    {
        [WampProcedure("com.example.price")]
        public decimal Of(string item) => item.Length;
    }

    [System.Text.Json.Serialization.JsonSerializable(typeof(Order))]
    internal sealed partial class OrdersContext : System.Text.Json.Serialization.JsonSerializerContext;
}
