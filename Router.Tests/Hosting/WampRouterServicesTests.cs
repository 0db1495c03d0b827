using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Hosting;

/// <summary>What an application gets that adds the router.</summary>
public sealed class WampRouterServicesTests
{
    private const string Realm = """
        {
          "name": "realm1",
          "roles": [ { "name": "anonymous" } ],
          "authentication": { "anonymous": { "role": "anonymous" } },
          "history": [ { "uri": "com.kept", "store": "sqlite" } ]
        }
        """;

    private DataDirectory _directory = null!;

    [SetUp]
    public void WriteRealm()
    {
        _directory = new DataDirectory();
        File.WriteAllText(Path.Combine(_directory.Path, "realm1.json"), Realm);
    }

    [TearDown]
    public void RemoveRealm() => _directory.Dispose();

    [Test]
    public async Task MapWampRouter_DurableHistoryWithoutAPlaceForIt_SaysWhatIsMissing()
    {
        await using var app = Build(_ => { });

        Assert.That(
            () => app.MapWampRouter("/ws"),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("the history of 'com.kept' keeps events in a file").And.Message.Contains("AddSqliteHistories").And.Message.Contains("realm1.json"));
    }

    [Test]
    public async Task MapWampRouter_DurableHistoryAndSqlite_KeepsItInTheDataDirectory()
    {
        await using var app = Build(router => router.AddSqliteHistories());

        app.MapWampRouter("/ws");

        Assert.That(File.Exists(Path.Combine(_directory.Path, "data", "history.db")));
    }

    private WebApplication Build(Action<WampRouterBuilder> add)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _directory.Path });
        builder.Configuration.AddInMemoryCollection([new("WampRouter:RealmsDirectory", _directory.Path), new("WampRouter:DataDirectory", Path.Combine(_directory.Path, "data"))]);
        add(builder.Services.AddWampRouter(builder.Configuration));
        return builder.Build();
    }
}
