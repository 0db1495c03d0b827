using WampRouter.Client;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

internal sealed class ReadmeTests
{
    [TestCase("Clients/WampRouter.Client/README.md", "ReadmeSnippets.cs", "ContractSnippets.cs")]
    [TestCase("Clients/WampRouter.Client.Hosting/README.md", "HostingReadmeSnippets.cs")]
    [TestCase("docs/from-wampsharp.md", "FromWampSharpSnippets.cs")]
    public void Document_EverySnippet_IsCompiledByTheseTests(string document, params string[] snippetFiles)
    {
        var source = string.Join('\n', snippetFiles.Select(file => Snippets.ReadBeside(file)));
        var readme = File.ReadAllText(Path.Combine(ShippedFiles.Root, document));

        Assert.That(Snippets.In(readme), Has.Count.GreaterThan(4));
        Assert.That(Snippets.NotIn(source, readme), Is.Empty);
    }

    [Test]
    public async Task Readme_Snippets_DoWhatTheySay()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, payloads: new WampJsonSerializer(ReadmeSnippets.ShopContext.Default));
        var registering = ReadmeSnippets.RegisterAsync(joined.Client);
        await joined.Peer.AnswerAsync("[65,$,701]");
        await joined.Peer.AnswerAsync("[65,$,702]");
        await registering.Soon();
        await joined.Peer.SendAsync("""[68,1,702,{},["tea"],{"count":2}]""");
        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,1,{},[{"item":"tea","count":2}]]"""));
        await joined.Peer.SendAsync("""[68,2,702,{},["tea"],{"count":11}]""");
        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,2,{},"com.example.error.sold_out",["There are only ten."]]"""));

        var calling = ReadmeSnippets.CallAsync(joined.Client, CancellationToken.None);
        Assert.That(await joined.Peer.AnswerAsync("[50,$,{},[5]]"), Is.EqualTo("""[48,3,{},"com.example.add",[2,3]]"""));
        Assert.That(
            await joined.Peer.AnswerAsync("""[50,$,{},[{"item":"tea","count":2}]]"""),
            Is.EqualTo("""[48,4,{"timeout":5000},"com.example.order",["tea"],{"count":2}]"""));
        await calling.Soon();
    }

    [Test]
    public async Task Readme_TestWithoutARouter_SeesWhatTheApplicationPublishes()
    {
        var standIn = new StandInClient();

        await ReadmeSnippets.TestWithoutARouterAsync(standIn);

        Assert.That(standIn.Published.Select(published => (published.Topic, published.Arguments!.Items[0])), Is.EqualTo(new[] { ("com.example.heating", (object)true) }));
    }
}
