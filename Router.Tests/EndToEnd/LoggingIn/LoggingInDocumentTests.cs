using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd.LoggingIn;

/// <summary>docs/clients.md shows the files that the tests beside this one run.</summary>
internal sealed class LoggingInDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "clients.md"));

    [TestCase("json", "LoggingIn/shop.json")]
    [TestCase("js", "node/logging-in-ticket.js")]
    [TestCase("js", "node/logging-in-wampcra.js")]
    [TestCase("python", "python/logging_in_ticket.py")]
    [TestCase("python", "python/logging_in_wampcra.py")]
    public void Page_Example_IsTheFileThatIsRun(string language, string file) =>
        Assert.That(Page, Does.Contain($"```{language}\n{File.ReadAllText(Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", file))}```"));

    [Test]
    public void Page_OtherExamples_AreCompiled() => Assert.That(Snippets.NotIn(Snippets.ReadBeside("LoggingInSnippets.cs"), Page), Is.Empty);

    [Test]
    public void Page_Examples_AreAllRunByATest() =>
        Assert.That(Page.Split("\n```").Where((_, place) => place % 2 == 1).Select(block => block.Split('\n')[0]), Is.EquivalentTo(new[] { "json", "js", "js", "python", "python", "csharp", "csharp", "csharp", "csharp" }));
}
