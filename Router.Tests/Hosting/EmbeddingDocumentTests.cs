using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Testing;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>What documents show of the router in an application compiles, and does what they say.</summary>
public sealed class EmbeddingDocumentTests
{
    [TestCase("docs/embedding.md")]
    [TestCase("Router/README.md")]
    [TestCase("Clients/WampRouter.Testing/README.md")]
    public void Document_EveryExample_IsCompiled(string path)
    {
        var sources = Snippets.ReadBeside("EmbeddingSnippets.cs") + File.ReadAllText(Path.Combine(ShippedFiles.Root, "Clients", "EmbeddedHost.Tests", "ReadmeSnippets.cs"));

        Assert.That(Snippets.NotIn(sources, File.ReadAllText(Path.Combine(ShippedFiles.Root, path))), Is.Empty);
    }

    [Test]
    public async Task Examples_OfTests_DoWhatTheySay()
    {
        Assert.That(await EmbeddingSnippets.TestingAsync().Soon(), Is.EqualTo(5));
        Assert.That(await EmbeddingSnippets.TestingAsSomebodyAsync().Soon(), Is.EqualTo("ada"));
    }

    [Test]
    public async Task Example_PasswordAndCodeWithoutTls_IsRefusedAsTheDocumentSays()
    {
        await using var host = await EmbeddingHost.StartAsync(EmbeddingSnippets.MethodOfItsOwn);

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(
            realm: "com.shop", authentication: WampAuthentication.Answering("password-and-code", "ada", static (_, _) => throw new AssertionException("it was asked for the password"))));

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.no_matching_auth_method"));
        Assert.That(File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "embedding.md")), Does.Contain($"the client is refused with\n`{refused.ErrorUri}`"));
    }

    [Test]
    public async Task Examples_OfContracts_ServeCalls([Values] bool isScoped)
    {
        await using var router = await WampTestRouter.StartAsync(static router =>
        {
            router.Services.AddScoped<Prices>();
            router.AddRealm("com.shop", static realm => realm.AllowAnonymous(realm.AddRole("buyer").Name));
        }).Soon();
        var realm = router.Realm();
        await (isScoped ? EmbeddingSnippets.ContractOfAScopeAsync(realm, router.Services) : EmbeddingSnippets.ContractAsync(realm)).Soon();

        Assert.That(await new Checkout(realm).TotalAsync("tea", 2).Soon(), Is.EqualTo(9m));
    }
}
