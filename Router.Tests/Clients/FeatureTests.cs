using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What a router did not announce is not asked of it: whoever asks learns which feature it is.</summary>
internal sealed class FeatureTests
{
    private const string Bare = """
        "roles":{"broker":{},"dealer":{"features":{"call_canceling":false}}}
        """;

    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json, welcome: Bare);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    private static IEnumerable<TestCaseData> Requests =>
    [
        Publish("publisher_exclusion", new WampPublishOptions { ExcludeMe = false }),
        Publish("publisher_identification", new WampPublishOptions { DiscloseMe = true }),
        Publish("event_retention", new WampPublishOptions { Retain = true }),
        Publish("subscriber_blackwhite_listing", new WampPublishOptions { Exclude = [1] }),
        Publish("subscriber_blackwhite_listing", new WampPublishOptions { ExcludeAuthId = ["a"] }),
        Publish("subscriber_blackwhite_listing", new WampPublishOptions { ExcludeAuthRole = ["a"] }),
        Publish("subscriber_blackwhite_listing", new WampPublishOptions { Eligible = [] }),
        Publish("subscriber_blackwhite_listing", new WampPublishOptions { EligibleAuthId = ["a"] }),
        Publish("subscriber_blackwhite_listing", new WampPublishOptions { EligibleAuthRole = ["a"] }),
        Publish("sharded_subscription", new WampPublishOptions { ResourceKey = 7 }),
        Request("broker", "payload_passthru_mode", c => c.PublishAsync("com.example.t", Passthru()).AsTask()),
        Subscribe("pattern_based_subscription", new WampSubscribeOptions { Match = WampMatch.Prefix }),
        Subscribe("event_retention", new WampSubscribeOptions { GetRetained = true }),
        Subscribe("sharded_subscription", new WampSubscribeOptions { NodeKey = "n" }),
        Call("caller_identification", new WampCallOptions { DiscloseMe = true }),
        Call("call_canceling", new WampCallOptions { CancelMode = WampCancelMode.Kill }),
        Call("sharded_registration", new WampCallOptions { ResourceKey = "k" }),
        Request("dealer", "payload_passthru_mode", c => c.CallAsync("com.example.p", Passthru())),
        Request("dealer", "progressive_call_results", async c => await c.CallProgressivelyAsync("com.example.p").GetAsyncEnumerator().MoveNextAsync()),
        Request("dealer", "progressive_call_invocations", c => c.CallAsync("com.example.p", PiecesAsync())),
        Register("pattern_based_registration", new WampRegisterOptions { Match = WampMatch.Wildcard }),
        Register("shared_registration", new WampRegisterOptions { Invoke = WampInvokePolicy.Last }),
        Register("caller_identification", new WampRegisterOptions { DiscloseCaller = true }),
        Register("call_timeout", new WampRegisterOptions { ForwardTimeout = true }),
        Register("sharded_registration", new WampRegisterOptions { NodeKey = "n" }),
    ];

    [TestCaseSource(nameof(Requests))]
    public async Task Request_NeedsWhatIsNotAnnounced_IsRefusedAndNothingSent(string role, string feature, Func<WampClient, Task> request)
    {
        var error = Assert.CatchAsync<NotSupportedException>(() => request(_joined.Client).Soon())!;

        Assert.That(error.Message, Does.Contain($" was not sent: it needs the feature '{feature}', which the router's {role} does not announce."));
        await _joined.Client.PublishAsync("com.example.alive");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.alive"]"""));
    }

    [TestCaseSource(nameof(Requests))]
    public async Task Request_NeedsWhatIsAnnounced_IsSent(string role, string feature, Func<WampClient, Task> request)
    {
        await using var able = await JoinedClient.JoinAsync(WampSerializer.Json, welcome: $"\"roles\":{{\"{role}\":{{\"features\":{{\"{feature}\":true}}}}}}");

        _ = request(able.Client);

        Assert.That(await able.Peer.ReceiveAsync(), Does.StartWith("["));
    }

    [TestCaseSource(nameof(Requests))]
    public async Task Request_NeedsWhatIsAssumed_IsSent(string role, string feature, Func<WampClient, Task> request)
    {
        await using var trusting = await JoinedClient.JoinAsync(WampSerializer.Json, welcome: Bare, assumedFeatures: [feature]);

        _ = request(trusting.Client);

        Assert.That(await trusting.Peer.ReceiveAsync(), Does.StartWith("["), role);
    }

    [Test]
    public void Options_AssumeWhatNoOptionNeeds_NameIt()
    {
        var error = Assert.Throws<ArgumentException>(() => _ = new WampClient(new WampClientOptions { Transport = _joined.Router.Transport, Realm = "r", AssumedFeatures = ["retention"] }))!;

        Assert.That(error.Message, Does.Contain("AssumedFeatures names 'retention', which no option needs"));
    }

    [Test]
    public async Task Session_Welcome_KnowsWhatTheRouterCan()
    {
        await using var joined = await JoinedClient.JoinAsync(
            WampSerializer.Cbor,
            welcome: """
                "roles":{"broker":{"features":{"reflection":true,"event_history":false,"x":1}},"dealer":{"features":{"shared_registration":true}},"other":7}
                """);

        Assert.That(joined.Client.Session!.BrokerFeatures, Is.EquivalentTo(new[] { "reflection" }));
        Assert.That(joined.Client.Session.DealerFeatures, Is.EquivalentTo(new[] { "shared_registration" }));
        Assert.That(_joined.Client.Session!.DealerFeatures, Is.Empty);
    }

    [TestCase("roles", """{"broker":7}""")]
    [TestCase("roles", "[1]")]
    [TestCase("roles", """{"broker":{"features":["event_retention"]}}""")]
    [TestCase("none", "1")]
    public async Task Session_WelcomeWithOddRoles_AnnouncesNothing(string key, string roles)
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.MessagePack, welcome: $"\"{key}\":{roles}");

        Assert.That(joined.Client.Session!.BrokerFeatures, Is.Empty);
    }

    [Test]
    public async Task CallAsync_TimeoutWithoutTheFeature_IsKeptHereAndNothingIsCanceledThere()
    {
        var time = new ManualTime();
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, time, welcome: Bare);
        var call = joined.Client.CallAsync("com.example.p", options: new WampCallOptions { Timeout = TimeSpan.FromSeconds(1) });
        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo("""[48,1,{},"com.example.p"]"""));

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(Assert.CatchAsync<WampException>(() => call.Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.Timeout));
        await joined.Client.PublishAsync("com.example.alive");
        Assert.That(await joined.Peer.ReceiveAsync(), Does.StartWith("[16,"));
    }

    [Test]
    public async Task CallAsync_CanceledWithoutTheFeature_EndsHereAndItsResultIsDropped()
    {
        using var cancel = new CancellationTokenSource();
        var call = _joined.Client.CallAsync("com.example.p", cancellationToken: cancel.Token);
        await _joined.Peer.ReceiveAsync();

        await cancel.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        await _joined.Peer.SendAsync("[50,1,{},[7]]");
        var next = _joined.Client.CallAsync<int>("com.example.q");
        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[8]]"), Does.StartWith("[48,2,"));
        Assert.That(await next.Soon(), Is.EqualTo(8));
    }

    [Test]
    public async Task Procedure_ResultInPassthruWithoutTheFeature_IsAnErrorForItsCaller()
    {
        var errors = new BackgroundErrors(_joined.Client);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p", Passthru));

        await _joined.Peer.SendAsync("[68,1,701,{}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.Contain("its result could not be sent"));
        Assert.That((await errors.NextAsync()).Exception, Is.TypeOf<NotSupportedException>().With.Message.Contains("payload_passthru_mode"));
    }

    [Test]
    public async Task Session_RouterComesBackWithLess_ReportsWhatCannotBeRestored()
    {
        var time = new ManualTime();
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, time, new WampReconnectPolicy { InitialDelay = TimeSpan.FromSeconds(1) });
        var errors = new BackgroundErrors(joined.Client);
        await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example", _ => { }, new WampSubscribeOptions { Match = WampMatch.Prefix }));
        await joined.RegisteredAsync(joined.Client.RegisterAsync("com.example.p", () => 1, new WampRegisterOptions { Invoke = WampInvokePolicy.Random }));
        var lost = new TaskCompletionSource();
        joined.Client.StateChanged += (_, e) => _ = e.Current == WampClientState.Reconnecting && lost.TrySetResult();
        await joined.Peer.CloseAsync();
        await lost.Task.Soon();

        time.Advance(TimeSpan.FromSeconds(1));
        await joined.Router.WelcomeAsync(Bare);

        var reports = new[] { await errors.NextAsync(), await errors.NextAsync() };
        Assert.That(reports.Select(r => (r.Kind, r.Uri)), Is.EquivalentTo(new[] { (WampBackgroundErrorKind.RestoreFailed, "com.example"), (WampBackgroundErrorKind.RestoreFailed, "com.example.p") }));
        Assert.That(reports.Select(r => r.Exception), Is.All.TypeOf<NotSupportedException>());
    }

    private static WampPayload Passthru() => new WampPayload { new byte[] { 1 } }.WithPassthru(new WampPassthru("x_mine"));

    private static async IAsyncEnumerable<WampPayload> PiecesAsync()
    {
        await Task.CompletedTask;
        yield return [1];
        yield return [2];
    }

    private static TestCaseData Publish(string feature, WampPublishOptions options) =>
        Request("broker", feature, c => c.PublishAsync("com.example.t", options: options).AsTask());

    private static TestCaseData Subscribe(string feature, WampSubscribeOptions options) =>
        Request("broker", feature, c => c.SubscribeAsync("com.example.t", _ => { }, options));

    private static TestCaseData Call(string feature, WampCallOptions options) =>
        Request("dealer", feature, c => c.CallAsync("com.example.p", options: options));

    private static TestCaseData Register(string feature, WampRegisterOptions options) =>
        Request("dealer", feature, c => c.RegisterAsync("com.example.p", () => 1, options));

    private static TestCaseData Request(string role, string feature, Func<WampClient, Task> request) =>
        new TestCaseData(role, feature, request).SetArgDisplayNames(role, feature);
}
