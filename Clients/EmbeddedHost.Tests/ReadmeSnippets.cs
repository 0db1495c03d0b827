using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using NUnit.Framework;
using WampRouter.Client;

namespace EmbeddedHost.Tests;

/// <summary>The examples of WampRouter.Testing's readme that need an application, compiled and run.</summary>
internal sealed class ReadmeSnippets
{
    [Test]
    public async Task ConnectWampAsync_AsTheReadmeShows_Joins()
    {
        await using var application = new WebApplicationFactory<Program>();
        await using var client = await application.Server.ConnectWampAsync("/ws", realm: "realm1");

        Assert.That(client.Session, Is.Not.Null);
    }

    [Test]
    public async Task ConnectWampAsync_WithARequestAndASerializer_Joins()
    {
        const string token = "t0ken";
        await using var application = new WebApplicationFactory<Program>();
        await using var buyer = await application.Server.ConnectWampAsync(
            "/ws",
            request: request =>
            {
                request.Headers.Authorization = $"Bearer {token}";
                request.Headers.Cookie = "theme=dark";
            },
            serializer: WampSerializer.Cbor);

        Assert.That(buyer.Session?.Subprotocol, Is.EqualTo("wamp.2.cbor"));
    }
}
