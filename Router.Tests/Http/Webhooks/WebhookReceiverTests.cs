using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>Signed requests from outside become events, and no others do.</summary>
public sealed class WebhookReceiverTests
{
    private const string Path = "/http/shop/hooks/pay";
    private const string Paid = """{"type":"invoice.paid","amount":1.50}""";

    [Test]
    public async Task Post_SignedRequest_IsAnEventBeforeTheAnswer()
    {
        await using var rig = await StartAsync();
        using var requests = new Measured(rig.Meter, "wamp_router.webhook.requests");
        var client = await rig.JoinAsync();
        await using var feed = await client.SubscribeAsync("com.shop.paid").Soon();

        var (status, answer) = await PostAsync(rig, Paid);

        var message = await NextAsync(feed);
        Assert.That((status, answer.GetProperty("publication").GetInt64()), Is.EqualTo((200, message.PublicationId)));
        Assert.That(message.Arguments.Get<JsonElement>(0).GetRawText(), Is.EqualTo(Paid));
        Assert.That((message.Arguments.Get<string>("id"), message.Arguments.Get<long>("timestamp")), Is.EqualTo(("msg_1", 1_000_000L)));
        Assert.That(requests.Of("receiver=pay", "realm=shop", "status=200"), Is.EqualTo(1));
    }

    [Test]
    public async Task Post_SameIdAgain_IsOneEvent()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        await using var feed = await client.SubscribeAsync("com.shop.paid").Soon();

        await PostAsync(rig, Paid);
        var (status, answer) = await PostAsync(rig, Paid);
        await PostAsync(rig, "2", id: "msg_2");

        Assert.That((status, answer.GetProperty("duplicate").GetBoolean()), Is.EqualTo((200, true)));
        Assert.That((await NextAsync(feed)).Arguments.Get<string>("id"), Is.EqualTo("msg_1"));
        Assert.That((await NextAsync(feed)).Arguments.Get<string>("id"), Is.EqualTo("msg_2"));
    }

    [TestCase(-301, 401)]
    [TestCase(-300, 200)]
    [TestCase(300, 200)]
    [TestCase(301, 401)]
    public async Task Post_ClockIsOff_IsToleratedWithinBounds(int seconds, int status)
    {
        await using var rig = await StartAsync();

        Assert.That((await PostAsync(rig, Paid, timestamp: (1_000_000 + seconds).ToString(CultureInfo.InvariantCulture))).Status, Is.EqualTo(status));
    }

    [TestCase("", 400)]
    [TestCase("-1000000", 400)]
    [TestCase("1e6", 400)]
    [TestCase(" 1000000", 400)]
    [TestCase("99999999999999999999", 400)]
    [TestCase("9223372036854775807", 401)]
    [TestCase("1000000.5", 400)]
    public async Task Post_OddTimestamp_IsRefused(string timestamp, int status)
    {
        await using var rig = await StartAsync();

        Assert.That((await PostAsync(rig, Paid, timestamp: timestamp)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Post_WrongSignature_IsRefusedAndSaid()
    {
        await using var rig = await StartAsync();

        var (status, answer) = await PostAsync(rig, Paid, secret: WebhookRig.OtherSecret);

        Assert.That((status, answer.GetProperty("status").GetInt32(), answer.GetProperty("detail").GetString()), Is.EqualTo((401, 401, "the signature is missing or wrong")));
        Assert.That(rig.Host.Log.Of(1480).Single(), Does.Contain("Receiver pay of realm shop has refused a request"));
    }

    [TestCase("not json", 400)]
    [TestCase("", 400)]
    [TestCase("{} {}", 400)]
    [TestCase("\"\\ud800\"", 400)]
    [TestCase("{\"a\":", 400)]
    public async Task Post_BodyIsNoJson_IsRefused(string body, int status)
    {
        await using var rig = await StartAsync();

        Assert.That((await PostAsync(rig, body)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Post_NestedTooDeep_IsRefused()
    {
        await using var rig = await StartAsync();

        Assert.That((await PostAsync(rig, new string('[', 1_000) + new string(']', 1_000))).Status, Is.EqualTo(400));
        Assert.That((await PostAsync(rig, new string('[', 60) + new string(']', 60), id: "msg_2")).Status, Is.EqualTo(200));
        Assert.That((await PostAsync(rig, new string('[', 61) + new string(']', 61), id: "msg_3")).Status, Is.EqualTo(400));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Post_BodyIsTooLong_IsRefused(bool isChunked)
    {
        await using var rig = await StartAsync("\"maxBodyBytes\": 100");

        Assert.That((await PostAsync(rig, $"\"{new string('x', 98)}\"", isChunked: isChunked)).Status, Is.EqualTo(200));
        Assert.That((await PostAsync(rig, $"\"{new string('x', 99)}\"", id: "msg_2", isChunked: isChunked)).Status, Is.EqualTo(413));
    }

    [Test]
    public async Task Post_BodiesDoNotCome_AreCutOffAndNobodyElseIsKeptOut()
    {
        await using var rig = await StartAsync("\"concurrency\": 1");
        using var browser = rig.Host.Browser();
        var taken = new TaskCompletionSource();
        using var slow = new StreamContent(new NeverEnding(taken));
        var post = browser.PostAsync(Path, slow);
        await taken.Task.Soon();

        var others = 0;
        while ((await PostAsync(rig, Paid, id: $"other_{others}")).Status == 200)
        {
            others++;       // the slow one has not reached the receiver yet
        }

        rig.Time.Advance(TimeSpan.FromSeconds(10));

        using var response = await post.Soon();
        Assert.That((int)response.StatusCode, Is.EqualTo(408));
        Assert.That((await PostAsync(rig, Paid)).Status, Is.EqualTo(200));
    }

    [TestCase("/http/shop/hooks/none", 404)]
    [TestCase("/http/none/hooks/pay", 404)]
    public async Task Post_NoSuchReceiver_IsNotFound(string path, int status)
    {
        await using var rig = await StartAsync();

        Assert.That((await PostAsync(rig, Paid, path: path)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Get_Receiver_IsNotAllowed()
    {
        await using var rig = await StartAsync();
        using var browser = rig.Host.Browser();

        using var response = await browser.GetAsync(Path).Soon();

        Assert.That((response.StatusCode, response.Content.Headers.Allow.Single(), response.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "POST", "application/problem+json")));
    }

    [Test]
    public async Task Post_RoleOfWebhooksMayNotPublish_Is503AndTheIdIsFree()
    {
        await using var rig = await StartAsync(moreRoles: """, { "name": "webhooks" }""");

        Assert.That((await PostAsync(rig, Paid)).Status, Is.EqualTo(503));
        Assert.That((await PostAsync(rig, Paid)).Status, Is.EqualTo(503), "no event, so no duplicate");
        Assert.That(rig.Host.Log.Of(1481), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Post_Github_IsAnEventWithItsHeaders()
    {
        await using var rig = await WebhookRig.StartAsync("""
            "receivers": [ { "name": "pay", "topic": "com.shop.paid", "signature": "github", "secrets": [ "any text" ] } ]
            """);
        var client = await rig.JoinAsync();
        await using var feed = await client.SubscribeAsync("com.shop.paid").Soon();
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("any text"u8, Encoding.UTF8.GetBytes(Paid)));

        Assert.That(await SendAsync(rig, "sha256=" + signature), Is.EqualTo(200));
        Assert.That(await SendAsync(rig, "sha256=" + signature.Replace(signature[0], signature[0] == '0' ? '1' : '0')), Is.EqualTo(401));

        var arguments = (await NextAsync(feed)).Arguments;
        Assert.That((arguments.Get<string>("id"), arguments.Get<string>("event"), arguments.Get<JsonElement>(0).GetRawText()), Is.EqualTo(("72d3162e", "push", Paid)));

        static async Task<int> SendAsync(WebhookRig rig, string signature)
        {
            using var browser = rig.Host.Browser();
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Paid, Encoding.UTF8, "application/json") };
            request.Headers.Add("X-Hub-Signature-256", signature);
            request.Headers.Add("X-GitHub-Delivery", "72d3162e");
            request.Headers.Add("X-GitHub-Event", "push");
            using var response = await browser.SendAsync(request).Soon();
            return (int)response.StatusCode;
        }
    }

    [Test]
    public async Task Post_TopicOfADelivery_GoesOutAgain()
    {
        await using var server = await HookServer.StartAsync();
        await using var rig = await WebhookRig.StartAsync($$"""
            "receivers": [ { "name": "pay", "topic": "com.shop.paid", "secrets": [ "{{WebhookRig.Secret}}" ] } ],
            "deliveries": [ { "name": "on", "topic": "com.shop.paid", "url": "{{server.Url}}", "secrets": [ "{{WebhookRig.Secret}}" ] } ]
            """);
        rig.Time.Advance(TimeSpan.FromSeconds(1_000_000));

        await PostAsync(rig, Paid);

        Assert.That(JsonDocument.Parse((await server.NextAsync().Soon()).Body).RootElement.GetProperty("data").GetProperty("args")[0].GetRawText(), Is.EqualTo(Paid));
    }

    [Test]
    public async Task Reload_AnotherSecret_HoldsForTheNextRequestAndIdsAreRemembered()
    {
        await using var rig = await StartAsync();
        await PostAsync(rig, Paid);

        await rig.ReloadAsync(Receiver("\"comment\": \"\"").Replace(WebhookRig.Secret, WebhookRig.OtherSecret, StringComparison.Ordinal));

        Assert.That((await PostAsync(rig, Paid)).Status, Is.EqualTo(401));
        Assert.That((await PostAsync(rig, Paid, secret: WebhookRig.OtherSecret)).Answer.TryGetProperty("duplicate", out _), Is.True);
    }

    /// <summary>A body of which nothing comes.</summary>
    private sealed class NeverEnding(TaskCompletionSource asked) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private static async Task<WampEvent> NextAsync(WampEventFeed feed)
    {
        await foreach (var message in feed)
        {
            return message;
        }

        throw new InvalidOperationException();
    }

    private static async Task<(int Status, JsonElement Answer)> PostAsync(
        WebhookRig rig, string body, string id = "msg_1", string timestamp = "1000000", string secret = WebhookRig.Secret, string path = Path, bool isChunked = false)
    {
        using var browser = rig.Host.Browser();
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentLength = isChunked ? null : bytes.Length;
        request.Headers.TransferEncodingChunked = isChunked ? true : null;
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. bytes])));
        using var response = await browser.SendAsync(request).Soon();
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync().Soon()).RootElement);
    }

    private static async Task<WebhookRig> StartAsync(string more = "\"comment\": \"\"", string moreRoles = "")
    {
        var rig = await WebhookRig.StartAsync(Receiver(more), moreRoles);
        rig.Time.Advance(TimeSpan.FromSeconds(1_000_000));
        return rig;
    }

    private static string Receiver(string more) => $$"""
        "receivers": [ { "name": "pay", "topic": "com.shop.paid", "secrets": [ "{{WebhookRig.Secret}}" ], {{more}} } ]
        """;
}
