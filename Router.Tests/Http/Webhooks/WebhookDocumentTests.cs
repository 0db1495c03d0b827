using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WampRouter.Http.Webhooks;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>What docs/webhooks.md shows is run.</summary>
public sealed partial class WebhookDocumentTests
{
    private const string Body = """{"type":"com.shop.sold","data":{"args":["tea ☕"]}}""";

    private static readonly string Page = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "webhooks.md"));

    [Test]
    public void Page_CSharp_IsCompiled() => Assert.That(Snippets.NotIn(Snippets.ReadBeside("WebhookSnippets.cs"), Page), Is.Empty);

    [Test]
    public void Page_Configurations_AreRight()
    {
        var examples = Fence().Matches(Page).Where(fence => fence.Groups["language"].Value == "json").Select(fence => fence.Groups["code"].Value).ToArray();

        Assert.That(examples, Has.Length.EqualTo(3));
        foreach (var example in examples)
        {
            using var directory = new RealmDirectory();
            var result = directory.With("a.json", $$"""{ "name": "shop", "roles": [ { "name": "a" } ], "authentication": { "anonymous": { "role": "a" } }, {{example}} }""").Load();

            Assert.That(result.Mistakes, Is.Empty);
            Assert.That(result.Notes, Is.Empty);
            Assert.That(result.Realms.Single().Webhooks.IsEmpty, Is.False);
        }
    }

    [TestCase("python", "/usr/bin/python3", """import sys; print(verify({"webhook-id": "evt_1", "webhook-timestamp": sys.argv[2], "webhook-signature": sys.argv[3]}, sys.argv[1].encode(), ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]))""")]
    [TestCase("js", "node", """console.log(verify({ "webhook-id": "evt_1", "webhook-timestamp": process.argv[3], "webhook-signature": process.argv[4] }, Buffer.from(process.argv[2]), ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]))""")]
    [Category("EndToEnd")]
    public async Task Page_VerifyInOtherLanguages_TakesWhatIsRightAndNothingElse(string language, string program, string call)
    {
        using var directory = new DataDirectory();
        var script = Path.Combine(directory.Path, language == "js" ? "verify.js" : "verify.py");
        var code = Fence().Matches(Page).Single(fence => fence.Groups["language"].Value == language).Groups["code"].Value;
        await File.WriteAllTextAsync(script, $"{code}\n{call}\n").Soon();
        foreach (var (timestamp, header, isRight) in Cases())
        {
            var start = new ProcessStartInfo(program, [script, Body, timestamp, header]) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadToEndAsync().Soon();

            Assert.That(said.Trim().ToUpperInvariant(), Is.EqualTo(isRight ? "TRUE" : "FALSE"), $"{timestamp} {header}");
        }
    }

    [Test]
    public void Page_VerifyInCSharp_TakesWhatIsRightAndNothingElse()
    {
        foreach (var (timestamp, header, isRight) in Cases())
        {
            Assert.That(WebhookSnippets.IsRight("evt_1", timestamp, header, Encoding.UTF8.GetBytes(Body), [WebhookRig.OtherSecret, WebhookRig.Secret]), Is.EqualTo(isRight), $"{timestamp} {header}");
        }
    }

    private static IEnumerable<(string Timestamp, string Header, bool IsRight)> Cases()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var right = Sign(WebhookRig.Secret, now, Body);
        yield return (now.ToString(CultureInfo.InvariantCulture), right, true);
        yield return (now.ToString(CultureInfo.InvariantCulture), $"v1,AAAA {right}", true);
        yield return (now.ToString(CultureInfo.InvariantCulture), "v1,AAAA", false);
        yield return (now.ToString(CultureInfo.InvariantCulture), Sign(WebhookRig.Secret, now, Body + " "), false);
        yield return ((now - 1_000).ToString(CultureInfo.InvariantCulture), Sign(WebhookRig.Secret, now - 1_000, Body), false);
    }

    private static string Sign(string secret, long timestamp, string body) =>
        WebhookSignature.Sign([WebhookSecret.TryParse(secret, out var parsed, out _) ? parsed : throw new InvalidOperationException()], "evt_1", timestamp, Encoding.UTF8.GetBytes(body));

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
