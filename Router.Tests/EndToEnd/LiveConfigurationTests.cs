using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The configuration of the program changes while clients are connected.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class LiveConfigurationTests(RouterBuild build)
{
    private const string Unwatched = "--WampRouter:ReloadOnChange=false";

    [Test]
    public async Task HangUp_RightIsTakenAway_TheSessionStaysAndMayNoMore()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));

        Write(router, "live", "subscribe");
        await router.ReloadAsync();

        Assert.That(() => client.PublishAcknowledgedAsync("com.a"), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.not_authorized"));
        Assert.That(client.State, Is.EqualTo(WampClientState.Connected));
        await router.PrintedAsync("Changed: realm live: role anonymous may no longer publish to any URI");
    }

    [Test]
    public async Task HangUp_RealmIsGone_ItsSessionsGetGoodbye()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");
        var ended = new TaskCompletionSource<Exception?>();
        client.StateChanged += (_, change) => ended.TrySetResult(change.Cause);

        File.Delete(PathOf(router, "live"));
        await router.ReloadAsync();

        Assert.That((await ended.Task.WaitAsync(TimeSpan.FromSeconds(10)))?.ToString(), Does.Contain("wamp.close.close_realm"));
    }

    [Test]
    public async Task HangUp_FileIsBroken_EverythingStaysAndTheLogSaysWhere()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");

        await File.WriteAllTextAsync(PathOf(router, "live"), "{ \"name\": ");
        await router.ReloadAsync("has mistakes: 1; everything stays as it was");
        await router.PrintedAsync("live\\.json:1:");

        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));
        await using var another = await router.JoinAsync("live");
    }

    [Test]
    public async Task File_IsReplaced_IsReadByItself()
    {
        await using var router = await StartAsync();
        await using var client = await router.JoinAsync("live");

        Write(router, "live", "subscribe");
        await router.PrintedAsync("for a change of its files; changes: 2");

        Assert.That(() => client.PublishAcknowledgedAsync("com.a"), Throws.TypeOf<WampException>());
    }

    private static string PathOf(RouterProcess router, string realm) => Path.Combine(router.WorkingDirectory, "config", "realms", $"{realm}.json");

    private static void Write(RouterProcess router, string realm, string allowed) => Write(PathOf(router, realm), realm, allowed);

    private static void Write(string file, string realm, string allowed)
    {
        File.WriteAllText($"{file}.part", $$"""
            { "name": "{{realm}}", "roles": [ { "name": "anonymous", "permissions": [ { "uri": "", "match": "prefix", "allow": { "{{allowed}}": true } } ] } ],
              "authentication": { "anonymous": { "role": "anonymous" } } }
            """);
        File.Move($"{file}.part", file, overwrite: true);
    }

    private Task<RouterProcess> StartAsync(params string[] settings) =>
        RouterProcess.StartAsync(build, directory => Write(Path.Combine(directory, "config", "realms", "live.json"), "live", "publish"), settings: settings);
}
