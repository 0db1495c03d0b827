using System.Text;
using WampRouter.Http.Webhooks;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>Signatures as Standard Webhooks and GitHub have them.</summary>
public sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly WebhookSecret Secret = Parse(WebhookRig.Secret);
    private static readonly WebhookSecret Other = Parse(WebhookRig.OtherSecret);

    [Test]
    public void Sign_ExampleOfTheSpecification_IsItsSignature() => Assert.That(WebhookSignature.Sign([Secret], Id, 1614265330, Body), Is.EqualTo(Signature));

    [Test]
    public void Sign_TwoSecrets_AreTwoSignatures()
    {
        var both = WebhookSignature.Sign([Other, Secret], Id, 1614265330, Body);

        Assert.That(both.Split(' '), Has.Length.EqualTo(2).And.Contain(Signature));
        Assert.That(WebhookSignature.Verify([Secret], Id, Timestamp, Body, both), Is.True);
        Assert.That(WebhookSignature.Verify([Other], Id, Timestamp, Body, both), Is.True);
    }

    [TestCase(Signature, true)]
    [TestCase("v1,AAAA " + Signature, true)]
    [TestCase("v1a,xyz " + Signature, true)]
    [TestCase("v1,", false)]
    [TestCase("", false)]
    [TestCase("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [TestCase("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", false)]
    [TestCase("v1,not base64 at all!", false)]
    public void Verify_Header_IsRightOrNot(string header, bool isRight) => Assert.That(WebhookSignature.Verify([Other, Secret], Id, Timestamp, Body, header), Is.EqualTo(isRight));

    [Test]
    public void Verify_AnythingIsChanged_IsWrong()
    {
        Assert.That(WebhookSignature.Verify([Secret], Id + "x", Timestamp, Body, Signature), Is.False);
        Assert.That(WebhookSignature.Verify([Secret], Id, "1614265331", Body, Signature), Is.False);
        Assert.That(WebhookSignature.Verify([Secret], Id, Timestamp, Encoding.UTF8.GetBytes("""{"test": 2432232315}"""), Signature), Is.False);
        Assert.That(WebhookSignature.Verify([Other], Id, Timestamp, Body, Signature), Is.False);
    }

    [Test]
    public void Verify_ThousandsOfSignatures_LooksAtAFew() =>
        Assert.That(WebhookSignature.Verify([Secret], Id, Timestamp, Body, string.Concat(Enumerable.Repeat("v1,AAAA ", 5_000)) + Signature), Is.False);

    /// <summary>The example of GitHub's documentation.</summary>
    [TestCase("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", true)]
    [TestCase("sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17", false)]
    [TestCase("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18", false)]
    [TestCase("sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", false)]
    [TestCase("sha256=", false)]
    [TestCase("sha256=zz", false)]
    [TestCase("", false)]
    public void VerifyGithub_Header_IsRightOrNot(string header, bool isRight)
    {
        Assert.That(WebhookSecret.TryParseText("It's a Secret to Everybody", out var secret, out _), Is.True);

        Assert.That(WebhookSignature.VerifyGithub([secret!], Encoding.UTF8.GetBytes("Hello, World!"), header), Is.EqualTo(isRight));
    }

    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [TestCase("whsec_", false)]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false)]
    [TestCase("whsec_AAAA", false)]
    [TestCase("whsec_\u00e4", false)]
    public void TryParse_Text_IsASecretOrNot(string text, bool isSecret)
    {
        Assert.That(WebhookSecret.TryParse(text, out var secret, out var problem), Is.EqualTo(isSecret));
        Assert.That(problem is null, Is.EqualTo(isSecret));
        Assert.That(secret?.ToString() ?? "", Does.Not.Contain("MfKQ"));
        Assert.That(problem ?? "", Does.Not.Contain("MfKQ"));
    }

    private static WebhookSecret Parse(string text) => WebhookSecret.TryParse(text, out var secret, out _) ? secret : throw new InvalidOperationException();
}
