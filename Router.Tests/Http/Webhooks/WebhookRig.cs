using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Hosting;
using WampRouter.Measures;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Hosting;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>A router whose realm has webhooks, on a clock of the test's, over a directory that stays when the router goes.</summary>
internal sealed class WebhookRig : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string OtherSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private const string Everything = """{ "name": "staff", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } } ] }""";

    private EmbeddingHost? _host;

    /// <summary>The clock of the router.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>Where realm file and queues are.</summary>
    public DataDirectory Directory { get; } = new();

    public EmbeddingHost Host => _host!;

    /// <summary>Roles beside the one that everybody has.</summary>
    public string MoreRoles { get; set; } = "";

    public RouterMeter Meter => Host.Services.GetRequiredKeyedService<RouterMeter>("");

    private string DataPath => Path.Combine(Directory.Path, "data");

    /// <summary>Writes the realm file.</summary>
    /// <param name="webhooks">What is in its section.</param>
    public void Write(string webhooks)
    {
        var realms = System.IO.Directory.CreateDirectory(Path.Combine(Directory.Path, "realms")).FullName;
        var file = Path.Combine(realms, "shop.json");
        File.WriteAllText($"{file}.part", $$"""{ "name": "shop", "roles": [ {{Everything}}{{MoreRoles}} ], "authentication": { "anonymous": { "role": "staff" } }, "webhooks": { {{webhooks}} } }""");
        File.Move($"{file}.part", file, overwrite: true);
    }

    /// <summary>Puts another realm in the place of the one with webhooks.</summary>
    public void WriteOther()
    {
        var realms = Path.Combine(Directory.Path, "realms");
        File.WriteAllText(Path.Combine(realms, "other.json"), $$"""{ "name": "other", "roles": [ {{Everything}} ], "authentication": { "anonymous": { "role": "staff" } } }""");
        File.Delete(Path.Combine(realms, "shop.json"));
    }

    /// <summary>The other way round.</summary>
    public void RemoveOther(string webhooks)
    {
        Write(webhooks);
        File.Delete(Path.Combine(Directory.Path, "realms", "other.json"));
    }

    /// <summary>Starts the router.</summary>
    /// <param name="dataPath">Where queues are, if not where those before were.</param>
    public async Task StartAsync(string? dataPath = null) => _host = await EmbeddingHost.StartAsync(
        app =>
        {
            app.Services.AddSingleton<TimeProvider>(Time);
            app.Services.AddWampRouter().Configure(options => (options.DataDirectory, options.ReloadOnChange, options.Transports.PingInterval, options.Transports.PingTimeout) = (dataPath ?? DataPath, false, TimeSpan.FromHours(1), TimeSpan.FromHours(1))).AddRealmFiles(Path.Combine(Directory.Path, "realms")).AddSqliteHistories();
        },
        app =>
        {
            app.MapWampRouter();
            app.Map("/http/{realm}/hooks/{name}", context => HostedRouter.Of(app.Services, "").WebhookReceivers.HandleAsync(context, (string)context.Request.RouteValues["realm"]!, (string)context.Request.RouteValues["name"]!));
        }).Soon();

    /// <summary>Writes and starts.</summary>
    public static async Task<WebhookRig> StartAsync(string webhooks, string moreRoles = "")
    {
        var rig = new WebhookRig { MoreRoles = moreRoles };
        rig.Write(webhooks);
        await rig.StartAsync();
        return rig;
    }

    /// <summary>Has the router read its file again, and waits until the webhooks are in line with it.</summary>
    public async Task<WampReload> ReloadAsync(string webhooks)
    {
        Write(webhooks);
        var reload = await Host.Services.GetRequiredService<IWampRouter>().ReloadAsync().Soon();
        await HostedRouter.Of(Host.Services, "").Webhooks.WhenInLineAsync().Soon();
        return reload;
    }

    public Task<WampClient> JoinAsync() => Host.JoinAsync(realm: "shop");

    /// <summary>The files of the queues as a machine that lost its power would leave them.</summary>
    public string CopyData()
    {
        var copy = System.IO.Directory.CreateDirectory(Path.Combine(Directory.Path, "copy")).FullName;
        foreach (var file in System.IO.Directory.GetFiles(DataPath).Where(file => file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith("-wal", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>Stops the router in order.</summary>
    public async Task StopAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Dispose();
    }
}
