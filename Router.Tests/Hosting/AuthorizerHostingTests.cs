using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>An application that decides what the rules of a realm leave open.</summary>
public sealed class AuthorizerHostingTests
{
    [Test]
    public async Task UseAuthorizer_Function_SeesTheRequestAndDecides([Values] bool isAllowed, [Values] WampSerializer serializer)
    {
        WampAuthorizationRequest? seen = null;
        JsonObject? options = null;
        await using var host = await StartAsync(router => router.UseAuthorizer("realm1", (request, _) =>
        {
            (seen, options) = (request, request.Options);
            return ValueTask.FromResult(isAllowed ? WampDecision.Allow() : WampDecision.Deny());
        }));
        var client = await host.JoinAsync(serializer: serializer);

        var subscribing = client.SubscribeAsync("com.", _ => Task.CompletedTask, new WampSubscribeOptions { Match = WampMatch.Prefix });

        if (isAllowed)
        {
            await subscribing.Soon();
        }
        else
        {
            Assert.That(Assert.CatchAsync<WampException>(() => subscribing.Soon())!.ErrorUri, Is.EqualTo("wamp.error.not_authorized"));
        }

        Assert.That((seen!.Realm, seen.AuthRole, seen.AuthMethod, seen.Action, seen.Uri, seen.Match), Is.EqualTo(("realm1", "visitor", "anonymous", WampAction.Subscribe, "com.", WampUriMatch.Prefix)));
        Assert.That((seen.Session, seen.AuthId), Is.EqualTo((client.Session!.Id, client.Session.AuthId)));
        Assert.That((string?)options!["match"], Is.EqualTo("prefix"));
    }

    [Test]
    public async Task UseAuthorizer_Service_IsMadeFromTheContainer()
    {
        await using var host = await StartAsync(static router => router.UseAuthorizer<OwnRoomsOnly>("realm1"), static services => services.AddScoped<Accounts>());
        var client = await host.JoinAsync();

        await client.PublishAcknowledgedAsync($"com.shop.rooms.{client.Session!.AuthId}").Soon();
        var refused = Assert.CatchAsync<WampException>(() => client.PublishAcknowledgedAsync("com.shop.rooms.other").Soon());

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.not_authorized"));
    }

    [Test]
    public async Task UseAuthorizer_Throws_IsLoggedAndTheClientLearnsNoDetail()
    {
        await using var host = await StartAsync(static router => router.UseAuthorizer("realm1", static (_, _) => throw new FormatException("secret")));
        var client = await host.JoinAsync();

        var refused = Assert.CatchAsync<WampException>(() => client.PublishAcknowledgedAsync("com.topic").Soon());

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.authorization_failed"));
        Assert.That(refused.Message, Does.Not.Contain("secret"));
        Assert.That(host.Log.Lines, Has.Some.Contains("a PUBLISH of 'com.topic' was refused, because the authorizer failed"));
    }

    [Test]
    public async Task UseAuthorizer_Twice_IsRefused()
    {
        await using var host = await StartAsync(static router => Assert.That(
            () => router.UseAuthorizer("realm1", Allow).UseAuthorizer("realm1", Allow),
            Throws.InvalidOperationException.With.Message.Contains("already for the realm 'realm1'")));
    }

    [Test]
    public void UseAuthorizer_NoSuchRealmOrServiceThatCannotBeMade_IsAMistakeOfTheStart()
    {
        var mistakes = Assert.ThrowsAsync<WampRouterConfigurationException>(() => StartAsync(static router => router.UseAuthorizer("realm2", Allow).UseAuthorizer<OwnRoomsOnly>("realm1")));

        Assert.That(mistakes!.Message, Does.Contain("UseAuthorizer(\"realm2\"): there is no such realm").And.Contain("UseAuthorizer(\"realm1\"): ").And.Contain("Accounts"));
    }

    private static ValueTask<WampDecision> Allow(WampAuthorizationRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(WampDecision.Allow());

    private static Task<EmbeddingHost> StartAsync(Action<WampRouterBuilder> configure, Action<IServiceCollection>? addServices = null) => EmbeddingHost.StartAsync(builder =>
    {
        addServices?.Invoke(builder.Services);
        configure(builder.Services.AddWampRouter().AddRealm("realm1", static realm => realm.AllowAnonymous(realm.AddRole("visitor").Name)));
    });
}
