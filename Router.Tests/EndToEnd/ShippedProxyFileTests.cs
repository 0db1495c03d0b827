using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The shipped configurations of proxies, as the proxies themselves judge them. What nobody runs is Caddy's: Debian has none.</summary>
[Category("EndToEnd")]
public sealed class ShippedProxyFileTests
{
    [Test]
    public async Task File_AsShipped_IsRight([Values] ProxyKind kind)
    {
        var (exitCode, output) = await ShippedProxy.CheckAsync(kind);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Not.Contain("[warn]").And.Not.Contain("[WARNING]").And.Not.Contain("[ALERT]"), "nor does it warn");
    }

    [Test]
    public async Task Caddyfile_Says_ThatNoTestRunsIt() =>
        Assert.That(await File.ReadAllTextAsync(Path.Combine(ShippedFiles.Root, "config", "Caddyfile")), Does.Contain("The router's tests do not run it"));
}
