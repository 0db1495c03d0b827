using WampRouter;
using WampRouter.Configuration;
using WampRouter.Logging;
using WampRouter.Measures;
using WampRouter.Sqlite;
using WampRouter.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps event histories, and the queues of webhooks, in SQLite files.</summary>
public static class WampRouterSqliteExtensions
{
    /// <summary>
    /// Lets the histories whose <c>store</c> is <c>sqlite</c> outlive the process: they go to <c>history.db</c> in <see cref="WampRouterOptions.DataDirectory"/>, which no other router may use at
    /// the same time. The queues of webhooks go to <c>webhooks.db</c> beside it.
    /// </summary>
    /// <param name="router">The router.</param>
    /// <returns>The same.</returns>
    public static WampRouterBuilder AddSqliteHistories(this WampRouterBuilder router)
    {
        ArgumentNullException.ThrowIfNull(router);
        router.Services.AddKeyedSingleton<IDurableHistories>(router.Name, static (provider, name) => new SqliteHistories(
            provider.GetRequiredKeyedService<RouterConfiguration>(name).Options.DataDirectory,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredKeyedService<LogSampling>(name).For<SqliteHistories>(),
            provider.GetService<InspectedHistories>(),
            new StorageMetrics(provider.GetRequiredKeyedService<RouterMeter>(name))));
        router.Services.AddKeyedSingleton<IDurableQueues>(router.Name, static (provider, name) => new SqliteDeliveryQueues(
            provider.GetRequiredKeyedService<RouterConfiguration>(name).Options.DataDirectory,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredKeyedService<LogSampling>(name).For<SqliteDeliveryQueues>()));
        return router;
    }
}
