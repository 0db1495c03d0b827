using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Measures;
using WampRouter.Server;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Server.Monitoring;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Clients.WithRouter;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Hosting;
using WampRouter.Transports;

namespace WampRouter.Tests.Server.Monitoring;

/// <summary>Each listener serves what its settings say, and what is read there is what happened: the program's listeners on Kestrel, with clients over WebSocket.</summary>
internal sealed class ServedListenersTests
{
    private const int Wamp = 0;
    private const int Watched = 1;
    private const int Both = 2;

    private const int HandshakeRefused = 1120;

    /// <summary>For so long the exporter answers with what it has collected.</summary>
    private static readonly TimeSpan CacheOfExporter = TimeSpan.FromMilliseconds(400);

    private readonly List<WampClient> _clients = [];
    private string _realm = "";         // of one test: an exporter hears every router of the process, and other tests run beside this one
    private LogRecorder<ServedListenersTests> _log = null!;
    private HttpClient _http = null!;
    private WebApplication _app = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (_http, _log, _realm) = (new HttpClient(), new(), $"realm-{Guid.NewGuid()}");
        _app = await StartAsync(
            _realm,
            new ListenerOptions { Url = "http://127.0.0.1:0", MaxConnections = 3 },
            new ListenerOptions { Url = "http://127.0.0.1:0", Serves = ["metrics", "Health"], MaxConnections = 2 },
            new ListenerOptions { Url = "http://127.0.0.1:0", Serves = ["wamp", "health"] });
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _app.DisposeAsync();
    }

    [Test]
    public async Task Metrics_AfterTraffic_SayWhatThereWas()
    {
        const int Calls = 7;
        const int Events = 5;
        var (caller, callee) = (await JoinAsync(), await JoinAsync(WampSerializer.MessagePack));
        await using var add = await callee.RegisterAsync("com.add", (int a, int b) => a + b).Soon();
        await using var feed = await callee.SubscribeAsync("com.topic").Soon();
        for (var i = 0; i < Calls; i++)
        {
            await caller.CallAsync<int>("com.add", [i, 1]).Soon();
        }

        for (var i = 0; i < Events; i++)
        {
            await caller.PublishAcknowledgedAsync("com.topic", [i]).Soon();
        }

        Assert.That(() => caller.CallAsync("com.nobody").Soon(), Throws.TypeOf<WampException>());
        using var messages = new Measured(_app.Services.GetRequiredKeyedService<RouterMeter>(""), "wamp_router.messages");
        var metrics = await ReadMetricsAsync();

        Assert.Multiple(() =>
        {
            Assert.That(Of("wamp_router_calls_total", "outcome=\"result\""), Is.EqualTo(Calls));
            Assert.That(Of("wamp_router_calls_total", "outcome=\"refused\""), Is.EqualTo(1));
            Assert.That(Of("wamp_router_request_refusals_total", "type=\"CALL\"", "reason=\"no_such_procedure\""), Is.EqualTo(1));
            Assert.That(Of("wamp_router_events_total", "outcome=\"delivered\""), Is.EqualTo(Events));
            Assert.That(Of("wamp_router_call_duration_seconds_count", "outcome=\"result\""), Is.InRange(1, Calls));
            Assert.That(Of("wamp_router_publication_fan_out_count"), Is.InRange(1, Events + 10));
            Assert.That(Of("wamp_router_joins_total", "method=\"anonymous\""), Is.EqualTo(2));
            Assert.That(Of("wamp_router_session_active"), Is.EqualTo(2));
            Assert.That(Of("wamp_router_table_usage", "table=\"subscriptions\""), Is.EqualTo(1));
            Assert.That(Of("wamp_router_table_limit", "table=\"registrations\""), Is.EqualTo(500_000));
            Assert.That(Of("wamp_router_table_memory_usage_bytes", "table=\"registrations\""), Is.GreaterThan(0));
            Assert.That(messages.Of("type=CALL", "direction=received", "transport=websocket", "serializer=json"), Is.EqualTo(Calls + 1));
            Assert.That(messages.Of("type=INVOCATION", "direction=sent", "serializer=msgpack"), Is.EqualTo(Calls));
            Assert.That(messages.Of("type=YIELD", "direction=received", "serializer=msgpack"), Is.EqualTo(Calls));
            Assert.That(messages.Of("type=RESULT", "direction=sent", "serializer=json"), Is.EqualTo(Calls));
            Assert.That(messages.Of("type=EVENT", "direction=sent", "serializer=msgpack"), Is.EqualTo(Events));
            Assert.That(metrics, Has.Some.StartsWith("wamp_router_messages_total{").And.Contains("direction=\"received\",serializer=\"json\",transport=\"websocket\",type=\"CALL\""));
            Assert.That(metrics, Has.Some.StartsWith("wamp_router_message_io_bytes_total{").And.Contains("direction=\"sent\",serializer=\"msgpack\",transport=\"websocket\",type=\"EVENT\""));
            Assert.That(metrics, Has.Some.StartsWith("dotnet_gc_"), "the runtime's");
        });

        double Of(string name, params string[] labels) => metrics
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains($"realm=\"{_realm}\"", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    [Test]
    public async Task Metrics_EveryInstrument_HasTheNameAndKindOfTheDocument()
    {
        // Queues are asked, and this router has none: an exporter hears every router of the process.
        await using var withQueue = await EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().AddRealm("hooks", realm =>
        {
            OpenRealm.Describe(realm);
            realm.PostEvents("sales", "com.sold", "http://127.0.0.1:9/", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Store = WampQueueStore.Memory;
        }));
        await JoinAsync();
        var meter = _app.Services.GetRequiredKeyedService<RouterMeter>("");
        TellEveryInstrumentOf(meter);

        var types = (await ReadMetricsAsync()).Where(line => line.StartsWith("# TYPE wamp_router_", StringComparison.Ordinal)).Select(line => line["# TYPE ".Length..]).ToHashSet();

        Assert.That(meter.Measures.Select(TypeLine).Except(types), Is.Empty, "is not served as the document says");
        Assert.That(types.Except(MadeDocumentsTests.Measures().Select(TypeLine)), Is.Empty, "is served, and the document does not know it");

        static string TypeLine(Measure measure) => $"{MadeDocumentsTests.InPrometheus(measure)} {(measure.Kind == "up-down counter" ? "gauge" : measure.Kind)}";
    }

    [Test]
    public async Task Metrics_NothingHasHappened_CountersWithoutTagsSayZero()
    {
        var meter = _app.Services.GetRequiredKeyedService<RouterMeter>("");
        var counters = meter.Measures.Where(measure => measure is { Kind: "counter", Tags: [] }).ToArray();
        var metrics = await ReadMetricsAsync();

        Assert.That(counters, Has.Length.GreaterThanOrEqualTo(5));
        Assert.That(counters.Select(MadeDocumentsTests.InPrometheus).Where(name => !metrics.Any(line => line.StartsWith(name + "{", StringComparison.Ordinal))), Is.Empty, "is not served");
        Assert.That(counters.Where(counter => FirstOf(counter.Name) != 0), Is.Empty);

        double FirstOf(string name)
        {
            using var measured = new Measured(meter, name);
            return measured.Values.Single();
        }
    }

    [Test]
    public async Task Measurements_OfAnyTraffic_HaveOnlyTagsThatAreDeclared()
    {
        var meter = _app.Services.GetRequiredKeyedService<RouterMeter>("");
        var declared = meter.Measures.ToDictionary(measure => measure.Name, measure => measure.Tags);
        var strangers = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (meter.Owns(instrument))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Check(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Check(instrument, tags));
        listener.Start();

        var client = await JoinAsync();
        await using var feed = await client.SubscribeAsync("com.topic").Soon();
        await client.CallAsync("wamp.session.count").Soon();
        Assert.That(() => client.CallAsync("com.nobody").Soon(), Throws.TypeOf<WampException>());
        Assert.That(() => JoinAsync(realm: "nowhere"), Throws.InstanceOf<Exception>());
        listener.RecordObservableInstruments();

        Assert.That(strangers, Is.Empty);

        void Check(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (!declared[instrument.Name].Contains(tag.Key))
                {
                    strangers.Add($"{instrument.Name}: {tag.Key}");
                }
            }
        }
    }

    [TestCase(Wamp, "/metrics", "This listener serves WAMP only")]
    [TestCase(Wamp, "/health/live", "This listener serves WAMP only")]
    [TestCase(Wamp, "/health/ready", "This listener serves WAMP only")]
    [TestCase(Both, "/metrics", "Beside WAMP this listener serves /health/live, /health/ready")]
    [TestCase(Watched, "/", "This listener does not serve WAMP. It serves /metrics, /health/live, /health/ready")]
    [TestCase(Watched, "/ws", "This listener does not serve WAMP.")]
    public async Task Get_PathThatIsNotServedThere_IsNotFoundAndSaysWhatIs(int listener, string path, string text)
    {
        using var answer = await _http.GetAsync(AddressOf(listener, path)).Soon();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith(text));
    }

    [TestCase(Watched, "/health/live", "the process answers\n")]
    [TestCase(Watched, "/health/ready", "ready\n")]
    [TestCase(Both, "/health/ready", "ready\n")]
    public async Task Get_Health_Answers(int listener, string path, string text)
    {
        using var answer = await _http.GetAsync(AddressOf(listener, path)).Soon();

        Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.OK, text)));
        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/plain; charset=utf-8"));
    }

    [Test]
    public async Task WebSocket_AtAListenerWithoutWamp_IsRefusedAndToldWhy()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(Watched, "/ws"));
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.Add("Sec-WebSocket-Protocol", "wamp.2.json");

        using var answer = await _http.SendAsync(request).Soon();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("This listener does not serve WAMP."));
    }

    [Test]
    public async Task Health_RouterShutsDown_IsNotReadyWhileCallsEndAndLivesOn()
    {
        var (caller, callee) = (await JoinAsync(), await JoinAsync());
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
        await callee.RegisterAsync("com.slow", () =>
        {
            asked.SetResult();
            return answer.Task;
        }).Soon();
        var call = caller.CallAsync<int>("com.slow");
        await asked.Task.Soon();

        var stopping = _app.StopAsync();
        using var ready = await _http.GetAsync(AddressOf(Watched, "/health/ready")).Soon();
        using var live = await _http.GetAsync(AddressOf(Watched, "/health/live")).Soon();
        var metrics = await ReadMetricsAsync();
        answer.SetResult(3);

        Assert.That((ready.StatusCode, await ready.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "not ready: the router is shutting down\n")));
        Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(metrics, Has.Some.StartsWith("wamp_router_call_active{"), "and measures are still to be had");
        Assert.That(await call.Soon(), Is.EqualTo(3));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task SideDoor_RouterOrListenerIsFull_HasPlacesOfItsOwnAndNoMore()
    {
        for (var i = 0; i < 3; i++)
        {
            await JoinAsync();
        }

        Assert.That(() => JoinAsync(), Throws.InstanceOf<Exception>(), "the listener of WAMP is full");
        using var first = await OpenAsync();
        await first.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray()).Soon();
        Assert.That(await first.ReceiveAsync(new byte[1_000]).Soon(), Is.Positive);
        using (var answer = await _http.GetAsync(AddressOf(Watched, "/health/live")).Soon())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the second place");
        }

        using var third = await OpenAsync();

        Assert.That(await ReadAsync(third), Does.StartWith("HTTP/1.1 503 ").And.Contain("Retry-After: 10\r\n").And.EndsWith("(WampRouter:Listeners:1:MaxConnections).\n"));
        Assert.That(_log.Of(HandshakeRefused), Has.Some.Contains("refused with 503"));
    }

    [TestCase("POST", "/metrics")]
    [TestCase("TRACE", "/metrics")]
    [TestCase("FOO", "/health/ready")]
    [TestCase("PUT", "/health/live")]
    public async Task Request_ToReadInAnotherWay_IsRefused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), AddressOf(Watched, path));
        using var answer = await _http.SendAsync(request).Soon();

        Assert.That((answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "GET, HEAD")));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("This is read with GET or HEAD.\n"));
    }

    [Test]
    public async Task Metrics_SomebodyAsksAndDoesNotRead_OthersDoAndHeIsDropped()
    {
        using var deaf = await OpenAsync();
        await SendAllAsync(deaf, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 1_000);

        for (var i = 0; i < 3; i++)
        {
            Assert.That(await ReadMetricsInTurnAsync(), Has.Some.StartsWith("wamp_router_"));
            await Task.Delay(CacheOfExporter, TimeProvider.System, CancellationToken.None);      // else nothing is collected anew
        }

        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await IsDroppedAsync(deaf, over.Token))
        {
            // What was sent before.
        }
    }

    [Test]
    public async Task Metrics_AskedForFasterThanAnybodyNeeds_AreRefusedForAWhile()
    {
        HttpStatusCode status;
        var answers = 0;
        do
        {
            using var answer = await _http.GetAsync(AddressOf(Watched, "/metrics")).Soon();
            status = answer.StatusCode;
            answers++;
        }
        while (status == HttpStatusCode.OK && answers < 1_000);

        Assert.That(status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(answers, Is.GreaterThan(MetricsAnswers.MostPerSecond));
        using var health = await _http.GetAsync(AddressOf(Watched, "/health/live")).Soon();
        Assert.That(health.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Stop_ThoseWhoDoNotReadOrDoNotEndTheirRequests_AreNotWaitedFor()
    {
        List<Socket> idlers = [];
        foreach (var listener in (int[])[Wamp, Watched])
        {
            var (silent, begun, deaf) = (await OpenAsync(listener), await OpenAsync(listener), listener == Wamp ? await OpenAsync(listener) : null);
            idlers.AddRange([silent, begun]);
            await SendAllAsync(begun, "GET /hea", 1);
            if (deaf is not null)
            {
                idlers.Add(deaf);
                await SendAllAsync(deaf, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1_000);
            }
        }

        await _app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));      // the host would wait for more than twenty

        idlers.ForEach(idler => idler.Dispose());
    }

    /// <summary>Sends the same so many times, or as often as it is taken at once.</summary>
    private static async Task SendAllAsync(Socket socket, string request, int times)
    {
        using var full = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            for (var i = 0; i < times; i++)
            {
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(request), full.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The server takes no more.
        }
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        using var text = new StreamReader(new NetworkStream(socket));
        return await text.ReadToEndAsync().Soon();
    }

    /// <summary>Without its tags: it is the name that counts here. Those that are asked have something to say by themselves.</summary>
    private static void TellEveryInstrumentOf(RouterMeter meter)
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (!meter.Owns(instrument))
            {
                return;
            }

            switch (instrument)
            {
                case Counter<long> counter:
                    counter.Add(1);
                    break;
                case Counter<double> counter:
                    counter.Add(1);
                    break;
                case Histogram<long> histogram:
                    histogram.Record(1);
                    break;
                case Histogram<double> histogram:
                    histogram.Record(1);
                    break;
            }
        };
        listener.Start();
    }

    /// <summary>Reads some of what came.</summary>
    private static async Task<bool> IsDroppedAsync(Socket socket, CancellationToken over)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[64 * 1024], over) == 0;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    private async Task<Socket> OpenAsync(int listener = Watched)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, AddressOf(listener, "/").Port).Soon();
        return socket;
    }

    /// <summary>Reads them as soon as those of this address, who may have asked for all that it gets in a second, leave something.</summary>
    private async Task<string[]> ReadMetricsInTurnAsync()
    {
        while (true)
        {
            using var answer = await _http.GetAsync(AddressOf(Watched, "/metrics")).Soon();
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                return (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync().Soon()).Split('\n');
            }
        }
    }

    private async Task<string[]> ReadMetricsAsync() => (await _http.GetStringAsync(AddressOf(Watched, "/metrics")).Soon()).Split('\n');

    private Uri AddressOf(int listener, string path) => new(new Uri(_app.Services.GetRequiredService<RunningListeners>().Urls.ElementAt(listener)), path);

    private async Task<WampClient> JoinAsync(WampSerializer serializer = WampSerializer.Json, string? realm = null)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new UriBuilder(AddressOf(Wamp, "/ws")) { Scheme = "ws" }.Uri),
            Realm = realm ?? _realm,
            Serializers = [serializer],
        });
        _clients.Add(client);
        await client.ConnectAsync().Soon();
        return client;
    }

    private async Task<WebApplication> StartAsync(string realm, params ListenerOptions[] listeners)
    {
        var options = new StandAloneOptions { Listeners = listeners, Sessions = new WampSessionOptions { DrainTimeout = TimeSpan.FromSeconds(20) }, Transports = new TransportOptions { HandshakeTimeout = TimeSpan.FromSeconds(2) } };
        var configuration = new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = string.Empty,
            Realms = [new(RunningRouter.RealmOf(realm), new SessionSettings { Authentication = new() { Methods = [new AnonymousSettings { Role = "staff" }] } }, string.Empty)],
            Mistakes = [],
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(_log.AsProvider());
        builder.Services.AddWampRouter(configuration);
        builder.AddMonitoring(options);
        builder.WebHost.UseWampListeners();
        var app = builder.Build();
        app.MapWampListeners();
        await app.StartAsync().Soon();
        return app;
    }
}
