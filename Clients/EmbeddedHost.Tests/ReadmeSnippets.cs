using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using NUnit.Framework;

namespace EmbeddedHost.Tests;

/// <summary>The example of WampRouter.Testing's readme, compiled and run.</summary>
internal sealed class ReadmeSnippets
{
    [Test]
    public async Task ConnectWampAsync_AsTheReadmeShows_Joins()
    {
        await using var application = new WebApplicationFactory<Program>();
        await using var client = await application.Server.ConnectWampAsync("/ws", realm: "realm1");

        Assert.That(client.Session, Is.Not.Null);
    }
}
