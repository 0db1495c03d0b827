using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WampRouter.Client;
using WampRouter.Http.Webhooks;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http;

/// <summary>Who sends a request over plain HTTP, what he may, and which session he has.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class VisitorTests
{
    private const string Anything = """{"topic":"com.public.news"}""";
    private const string ListSessions = """{"procedure":"wamp.session.list"}""";

    private HttpRig _rig = null!;

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Basic_RightTicket_IsThatUser()
    {
        _rig = await HttpRig.StartAsync();
        var (_, list) = await _rig.PostAsync("secured/call", ListSessions, user: HttpRig.Staff);

        var (status, body) = await _rig.PostAsync("secured/call", $$"""{"procedure":"wamp.session.get","args":[{{list.GetProperty("args")[0][0]}}]}""", user: HttpRig.Staff);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        var session = body.GetProperty("args")[0];
        Assert.That((session.GetProperty("authid").GetString(), session.GetProperty("authmethod").GetString(), session.GetProperty("authrole").GetString()), Is.EqualTo((HttpRig.Staff, "ticket", "staff")));
        Assert.That(session.GetProperty("transport").ToString(), Does.Contain("\"http\""));
    }

    [Test]
    public async Task Bearer_RightToken_IsWhoseItIs()
    {
        _rig = await HttpRig.StartAsync();
        var (_, list) = await _rig.PostAsync("secured/call", ListSessions, WithToken);

        var (status, body) = await _rig.PostAsync("secured/call", $$"""{"procedure":"wamp.session.get","args":[{{list.GetProperty("args")[0][0]}}]}""", WithToken);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(body.GetProperty("args")[0].GetProperty("authid").GetString(), Is.EqualTo(HttpRig.Robot));
        Assert.That(_rig.Log.Lines, Has.None.Contains(HttpRig.Bearer.Token));

        static void WithToken(HttpRequestMessage message) => message.Headers.Authorization = new("Bearer", HttpRig.Bearer.Token);
    }

    [TestCase(HttpRig.Staff, "wrong")]
    [TestCase(HttpRig.Staff, "")]
    [TestCase("nobody", HttpRig.Ticket)]
    [TestCase("an\u00efs", "p\u00e4ss:w\u00f6rd")]
    public async Task Basic_WrongUserOrTicket_IsAskedAgain(string user, string ticket)
    {
        _rig = await HttpRig.StartAsync();

        using var response = await _rig.SendAsync(HttpMethod.Post, "secured/publish", Anything, user: user, ticket: ticket).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme), Is.EqualTo(new[] { "Basic", "Bearer" }));
        Assert.That(await response.Content.ReadAsStringAsync().Soon(), Does.Contain("wamp.error.authentication_denied"));
    }

    [TestCase(null, "wamp.error.")]
    [TestCase("", "wamp.error.")]
    [TestCase("Digest username=x", "a scheme that is not spoken here")]
    [TestCase("Basic", "is no Basic one")]
    [TestCase("Basically x", "a scheme that is not spoken here")]
    [TestCase("Basic !!!!", "is no Basic one")]
    [TestCase("Basic YW5uYQ==", "is no Basic one")]
    [TestCase("Basic Og==", "is no Basic one")]
    [TestCase("Basic /////w==", "is no Basic one")]
    [TestCase("Bearer ", "has no token")]
    [TestCase("Bearer what-nobody-has-issued", "wamp.error.")]
    public async Task Authorization_OfNobody_IsAskedAgain(string? header, string reason)
    {
        _rig = await HttpRig.StartAsync();

        using var response = await _rig.SendAsync(HttpMethod.Post, "secured/publish", Anything, message => message.Headers.TryAddWithoutValidation("Authorization", header)).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate, Is.Not.Empty);
        Assert.That(await response.Content.ReadAsStringAsync().Soon(), Does.Contain(reason));
        Assert.That(_rig.Log.Lines, Has.None.Contains("what-nobody-has-issued"));
    }

    [TestCase("nowhere", HttpStatusCode.NotFound)]
    [TestCase("sec%2Fured", HttpStatusCode.NotFound)]
    [TestCase("%20", HttpStatusCode.BadRequest)]
    public async Task Realm_ThatIsNotThere_IsNotFound(string realm, HttpStatusCode expected)
    {
        _rig = await HttpRig.StartAsync();

        Assert.That((await _rig.PostAsync($"{realm}/publish", Anything)).Status, Is.EqualTo(expected));
    }

    [Test]
    public async Task Role_MayNot_IsForbidden()
    {
        _rig = await HttpRig.StartAsync();

        var (publish, problem) = await _rig.PostAsync("secured/publish", Anything, user: HttpRig.Reader);
        var (call, _) = await _rig.PostAsync("secured/call", ListSessions, user: HttpRig.Reader);
        var (events, _) = await _rig.GetAsync("secured/events?topic=com.private", HttpRig.Reader);
        var (poll, _) = await _rig.GetAsync("secured/poll?topic=com.private", HttpRig.Reader);

        Assert.That(new[] { publish, call, events, poll }, Is.All.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(problem.GetProperty("error").GetString(), Is.EqualTo("wamp.error.not_authorized"));
        await using var allowed = await _rig.ListenAsync("topic=com.public.news", realm: HttpRig.Secured, user: HttpRig.Reader);
    }

    [Test]
    public async Task LoopbackOnly_ThroughAProxy_IsNobody()
    {
        _rig = await HttpRig.StartAsync();

        var (status, _) = await _rig.PostAsync("realm1/publish", Anything, message => message.Headers.Add("X-Forwarded-For", "192.0.2.1"));

        Assert.That(status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Address_OfATrustedProxysClient_IsThatOfTheClient([Values] bool isFirstOfConnection)
    {
        _rig = await HttpRig.StartAsync(listener: listener => listener.BehindProxy = true);
        if (!isFirstOfConnection)
        {
            await _rig.GetAsync("openapi.json");
        }

        var (_, list) = await _rig.PostAsync("secured/call", ListSessions, ForSomebody, HttpRig.Staff);
        var (_, session) = await _rig.PostAsync("secured/call", $$"""{"procedure":"wamp.session.get","args":[{{list.GetProperty("args")[0][0]}}]}""", ForSomebody, HttpRig.Staff);
        await _rig.PostAsync("secured/publish", "{", ForSomebody, HttpRig.Staff);

        Assert.That(session.GetProperty("args")[0].GetProperty("transport").ToString(), Does.Contain("203.0.113.7"));
        Assert.That(_rig.Log.Of(1401).Single(), Does.Contain("(203.0.113.7)"));

        static void ForSomebody(HttpRequestMessage message) => message.Headers.Add("X-Forwarded-For", "203.0.113.7");
    }

    [Test]
    public async Task UnixSocket_IsLocal()
    {
        var path = Path.Combine(Path.GetTempPath(), $"wamprouter-{Path.GetRandomFileName()}.sock");
        _rig = await HttpRig.StartAsync(socket: path);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, gone) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), gone);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        using var response = await client.PostAsync("http://localhost/api/realm1/publish", new StringContent(Anything, Encoding.UTF8, "application/json")).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Refusal_BeforeTheBodyHasCome_EndsTheConnection([Values] bool isBodyThere)
    {
        _rig = await HttpRig.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _rig.Address.Port);
        var stream = socket.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/realm1/publish HTTP/1.1\r\nHost: localhost\r\nOrigin: https://elsewhere.example\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{(isBodyThere ? "12345" : "")}"));
        using var reader = new StreamReader(stream);
        var head = new List<string>();
        while (await reader.ReadLineAsync().Soon() is { Length: > 0 } line)
        {
            head.Add(line);
        }

        Assert.That(head[0], Does.StartWith("HTTP/1.1 403"));
        Assert.That(head.Contains("Connection: close"), Is.EqualTo(!isBodyThere), "a proxy may have thrown the body away");
    }

    [Test]
    public async Task Sessions_AfterAReload_LogInAnew()
    {
        _rig = await HttpRig.StartAsync();
        var (_, before) = await _rig.PostAsync("secured/call", ListSessions, user: HttpRig.Staff);

        _rig.Entrance.Forget();
        var (_, after) = await _rig.PostAsync("secured/call", ListSessions, user: HttpRig.Staff);

        var former = before.GetProperty("args")[0][0].GetInt64();
        Assert.That(after.GetProperty("args")[0].EnumerateArray().Any(session => session.GetInt64() != former));
    }

    [Test]
    public async Task Sessions_OfTheSameVisitor_AreOne_AndOfOthersNot()
    {
        _rig = await HttpRig.StartAsync();
        await using var watcher = await _rig.JoinAsync(HttpRig.Secured, HttpRig.Staff);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _rig.PostAsync("secured/publish", Anything, user: HttpRig.Staff)));
        var (_, ofStaff) = await _rig.PostAsync("secured/call", ListSessions, user: HttpRig.Staff);
        await _rig.PostAsync("secured/publish", Anything, user: HttpRig.Reader);
        await _rig.PostAsync("secured/publish", Anything, message => message.Headers.Add("X-Forwarded-For", "192.0.2.1"), user: HttpRig.Staff);
        var (_, ofAll) = await _rig.PostAsync("secured/call", ListSessions, user: HttpRig.Staff);

        Assert.That(ofStaff.GetProperty("args")[0].GetArrayLength(), Is.EqualTo(2), "the watcher, and one for all requests");
        Assert.That(ofAll.GetProperty("args")[0].GetArrayLength(), Is.EqualTo(4));
    }

    [Test]
    public async Task Session_WithoutRequests_LeavesAfterItsTime()
    {
        var time = new ManualTime();
        _rig = await HttpRig.StartAsync(time, options => options.HttpSessionIdle = TimeSpan.FromSeconds(20));
        var watcher = await _rig.JoinAsync();
        var left = new TaskCompletionSource();
        await watcher.SubscribeAsync("wamp.session.on_leave", _ => left.SetResult()).Soon();
        await _rig.PublishAsync("com.example.topic");

        time.Advance(TimeSpan.FromSeconds(15));
        await _rig.PublishAsync("com.example.topic");
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.That(await watcher.CallAsync<int>("wamp.session.count").Soon(), Is.EqualTo(2));
        time.Advance(TimeSpan.FromSeconds(6));
        await left.Task.Soon();

        Assert.That(await watcher.CallAsync<int>("wamp.session.count").Soon(), Is.EqualTo(1));
        await _rig.PublishAsync("com.example.topic");
    }

    [Test]
    public async Task Session_ThatWasKilled_IsFollowedByAnother()
    {
        _rig = await HttpRig.StartAsync();
        var watcher = await _rig.JoinAsync();
        await _rig.PublishAsync("com.example.topic");

        await watcher.CallAsync("wamp.session.kill_all").Soon();
        await _rig.PublishAsync("com.example.topic");

        Assert.That(await watcher.CallAsync<int>("wamp.session.count").Soon(), Is.EqualTo(2));
    }

    [Test]
    public async Task Session_KilledWithACallUnderWay_TheCallIsAnswered()
    {
        _rig = await HttpRig.StartAsync();
        var callee = await _rig.JoinAsync();
        var isCalled = new TaskCompletionSource();
        await callee.RegisterAsync("com.example.never", async Task<WampPayload?> (WampInvocation call) =>
        {
            isCalled.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.CancellationToken);
            return null;
        }).Soon();

        var asking = _rig.PostAsync("realm1/call", """{"procedure":"com.example.never"}""");
        await isCalled.Task.Soon();
        await callee.CallAsync("wamp.session.kill_all", [], null).Soon();

        var (status, problem) = await asking.Soon();
        Assert.That((status, problem.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "wamp.close.killed")));
    }

    [Test]
    public async Task Router_IsFull_SaysWhenToComeAgain()
    {
        _rig = await HttpRig.StartAsync(configure: options => options.MaxConnections = 1);

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/publish", Anything).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    [TestCase("https://elsewhere.example", null, HttpStatusCode.Forbidden)]
    [TestCase("https://friend.example", null, HttpStatusCode.OK)]
    [TestCase(null, "cross-site", HttpStatusCode.Forbidden)]
    [TestCase(null, "same-origin", HttpStatusCode.OK)]
    public async Task Page_IsJudgedByItsOrigin(string? origin, string? site, HttpStatusCode expected)
    {
        _rig = await HttpRig.StartAsync(configure: options => options.AllowedOrigins = ["https://friend.example"]);

        using var response = await _rig.SendAsync(HttpMethod.Post, "secured/publish", Anything, message =>
        {
            message.Headers.TryAddWithoutValidation("Origin", origin);
            message.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        }, user: HttpRig.Staff).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(expected));
        Assert.That(response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null, Is.EqualTo(expected == HttpStatusCode.OK ? origin : null));
    }

    [TestCase("realm1/call", "POST")]
    [TestCase("realm1/events", "GET")]
    [TestCase("openapi.json", "GET")]
    public async Task Preflight_SaysWhatAPageMayAsk(string path, string method)
    {
        _rig = await HttpRig.StartAsync(configure: options => options.AllowedOrigins = ["https://friend.example"]);

        using var response = await _rig.SendAsync(HttpMethod.Options, path, request: message => message.Headers.Add("Origin", "https://friend.example")).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Methods").Single(), Is.EqualTo(method));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Headers").Single(), Does.Contain("Authorization").And.Contain("Content-Type"));
    }

    [Test]
    public async Task Listener_WithoutTheWord_HasNothingThere()
    {
        _rig = await HttpRig.StartAsync(listener: listener => listener.Serves = ["websocket"]);

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/publish", Anything).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Hook_Signed_IsAnEvent_AndUnsignedIsNot()
    {
        _rig = await HttpRig.StartAsync();
        await using var feed = await (await _rig.JoinAsync(HttpRig.Hooked)).SubscribeAsync(HttpRig.HookTopic).Soon();
        const string Body = """{"what":"happened"}""";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var (unsigned, problem) = await _rig.PostAsync("hooked/hooks/shop", Body, message => message.Headers.Add("webhook-id", "msg_1"));
        var (signed, _) = await _rig.PostAsync("hooked/hooks/shop", Body, message =>
        {
            message.Headers.Add("webhook-id", "msg_1");
            message.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
            message.Headers.Add("webhook-signature", WebhookSignature.Sign([HttpRig.HookSecret], "msg_1", now, Encoding.UTF8.GetBytes(Body)));
        });
        var (unknown, _) = await _rig.PostAsync("hooked/hooks/nobody", Body);

        Assert.That(new[] { unsigned, signed, unknown }, Is.EqualTo(new[] { HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.NotFound }), problem.ToString());
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon());
        Assert.That(events.Current.Arguments.ToString(), Does.Contain("happened"));
    }

    [Test]
    public async Task OpenApi_SaysWhereItIs()
    {
        _rig = await HttpRig.StartAsync();

        var (status, body) = await _rig.GetAsync("openapi.json");

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(body.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo("/api"));
        Assert.That(body.GetProperty("info").GetProperty("version").GetString(), Does.Match(@"^\d+\.\d+\.\d+$"));
        Assert.That(body.GetProperty("paths").EnumerateObject().Select(path => path.Name), Is.EquivalentTo(new[] { "/{realm}/publish", "/{realm}/call", "/{realm}/events", "/{realm}/poll", "/{realm}/hooks/{name}", "/openapi.json" }));
    }
}
