using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What tracing and metrics see of a client, and that trace context goes from one peer to the other.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[NonParallelizable]
internal sealed class TelemetryTests(WampSerializer serializer)
{
    private const string Remote = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly Channel<Activity> _ended = Channel.CreateUnbounded<Activity>();
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Publish_Traced_IsAProducerSpanThatTheMessageNames()
    {
        using var listening = Listen();

        await _joined.Client.PublishAsync("com.example.t", [1]);

        var span = await EndedAsync("publish com.example.t");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($$"""[16,1,{"_traceparent":"{{span.Id}}"},"com.example.t",[1]]"""));
        Assert.That(span.Kind, Is.EqualTo(ActivityKind.Producer));
        Assert.That(TagsOf(span), Is.EquivalentTo(new[] { "messaging.system=wamp", "messaging.operation.name=publish", "messaging.operation.type=send", "messaging.destination.name=com.example.t" }));
    }

    [Test]
    public async Task Call_TracedWithStateOfAParent_PassesBothOn()
    {
        using var listening = Listen();
        using var outer = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        outer.TraceStateString = "congo=t61";

        var calling = _joined.Client.CallAsync<int>("com.example.add", [2, 3]);
        var call = await _joined.Peer.AnswerAsync("[50,$,{},[5]]");
        await calling.Soon();

        var span = await EndedAsync("com.example/add");
        Assert.That(span.ParentId, Is.EqualTo(outer.Id));
        Assert.That(call, Is.EqualTo($$"""[48,1,{"_traceparent":"{{span.Id}}","_tracestate":"congo=t61"},"com.example.add",[2,3]]"""));
        Assert.That(span.Kind, Is.EqualTo(ActivityKind.Client));
        Assert.That(TagsOf(span), Is.EquivalentTo(new[] { "rpc.system=wamp", "rpc.service=com.example", "rpc.method=add" }));
        Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Unset));
    }

    [Test]
    public async Task Call_Refused_HasItsUriAsErrorType()
    {
        using var listening = Listen();

        var calling = _joined.Client.CallAsync("com.example.add");
        await _joined.Peer.AnswerAsync("""[8,48,$,{},"wamp.error.no_such_procedure"]""");
        Assert.CatchAsync<WampException>(() => calling.Soon());

        var span = await EndedAsync("com.example/add");
        Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(TagsOf(span), Does.Contain("error.type=wamp.error.no_such_procedure"));
    }

    [Test]
    public async Task CallProgressively_Traced_IsOneSpanUntilTheLastResult()
    {
        using var listening = Listen();
        await using var results = _joined.Client.CallProgressivelyAsync<int>("com.example.count").GetAsyncEnumerator();
        var moving = results.MoveNextAsync();
        await _joined.Peer.AnswerAsync("""[50,$,{"progress":true},[1]]""");
        Assert.That(await moving.Soon(), Is.True);
        Assert.That(_ended.Reader.Count, Is.Zero);

        await _joined.Peer.SendAsync("[50,1,{},[]]");
        Assert.That(await results.MoveNextAsync().Soon(), Is.False);

        await EndedAsync("com.example/count");
    }

    [Test]
    public async Task Event_FromATrace_IsHandledInASpanBelowIt()
    {
        using var listening = Listen();
        var current = new TaskCompletionSource<string?>();
        await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", (int _) => current.SetResult(Activity.Current?.Id)));

        await _joined.Peer.SendAsync($$"""[36,501,1,{"_traceparent":"{{Remote}}","_tracestate":"congo=t61"},[1]]""");

        var span = await EndedAsync("process com.example.t");
        Assert.That((span.ParentId, span.TraceStateString, span.Kind), Is.EqualTo((Remote, "congo=t61", ActivityKind.Consumer)));
        Assert.That(await current.Task.Soon(), Is.EqualTo(span.Id), "what the handler does is part of it");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Invocation_FromATrace_IsServedInASpanBelowIt(bool fails)
    {
        using var listening = Listen();
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.add", (int a) => fails ? throw new WampException("com.example.error.odd", "odd") : a));

        await _joined.Peer.SendAsync($$"""[68,1,701,{"_traceparent":"{{Remote}}"},[1]]""");
        await _joined.Peer.ReceiveAsync();

        var span = await EndedAsync("com.example/add");
        Assert.That((span.ParentId, span.Kind), Is.EqualTo((Remote, ActivityKind.Server)));
        Assert.That(TagsOf(span).Contains("error.type=com.example.error.odd"), Is.EqualTo(fails));
    }

    [Test]
    public async Task Measured_EachKindOfWork_IsCountedAndTimed()
    {
        var all = Channel.CreateUnbounded<string>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "WampRouter.Client")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => all.Writer.TryWrite($"{instrument.Name} {Text(tags)}"));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => all.Writer.TryWrite($"{instrument.Name} {Text(tags)}"));
        meters.Start();
        var handled = new TaskCompletionSource();
        await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", (int _) => handled.SetResult()));
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.add", (int a) => a));

        await _joined.Client.PublishAsync("com.example.t", [1]);
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.Contain(",{},"), "a measure is no trace");
        await _joined.Peer.SendAsync("[36,501,1,{},[1]]");
        await _joined.Peer.SendAsync("[68,1,701,{},[1]]");
        await _joined.Peer.ReceiveAsync();
        var calling = _joined.Client.CallAsync<int>("com.example.add");
        await _joined.Peer.AnswerAsync("[50,$,{},[5]]");
        await calling.Soon();
        await handled.Task.Soon();
        var measured = new List<string>();
        while (measured.Count < 6)
        {
            measured.Add(await all.Reader.ReadAsync().Soon());
        }

        Assert.That(measured, Is.EquivalentTo(new[]
        {
            "messaging.client.sent.messages messaging.operation.name=publish messaging.operation.type=send messaging.system=wamp",
            "messaging.client.operation.duration messaging.operation.name=publish messaging.operation.type=send messaging.system=wamp",
            "messaging.client.consumed.messages messaging.operation.name=process messaging.operation.type=process messaging.system=wamp",
            "messaging.process.duration messaging.operation.name=process messaging.operation.type=process messaging.system=wamp",
            "rpc.server.duration rpc.method=add rpc.service=com.example rpc.system=wamp",
            "rpc.client.duration rpc.method=add rpc.service=com.example rpc.system=wamp",
        }));
    }

    [Test]
    public async Task Publish_NobodyListens_TellsNoTrace()
    {
        using var outer = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await _joined.Client.PublishAsync("com.example.t", [1]);

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[1]]"""));
    }

    private static IEnumerable<string> TagsOf(Activity span) => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}");

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "WampRouter.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => _ended.Writer.TryWrite(span),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private async Task<Activity> EndedAsync(string name)
    {
        while (true)
        {
            var span = await _ended.Reader.ReadAsync().Soon();
            if (span.DisplayName == name)
            {
                return span;
            }
        }
    }
}
