using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>An application that depends on <see cref="IWampClient"/> is tested without a router, by a client written by hand.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ModelFactoryTests
{
    private readonly StandInClient _client = new();

    [Test]
    public async Task Event_GivenToATypedHandler_IsReadAsIfItHadBeenReceived()
    {
        var read = new List<double>();
        await using (await _client.SubscribeAsync("com.example.temperature", (double celsius) => read.Add(celsius)))
        {
            await _client.Subscribers["com.example.temperature"](WampModelFactory.Event("com.example.temperature", [21.5, "C"]));
            Assert.That(
                () => _client.Subscribers["com.example.temperature"](WampModelFactory.Event("com.example.temperature", ["warm"])),
                Throws.InstanceOf<WampSerializationException>().With.Message.Contains("Argument 0 of the event of 'com.example.temperature'"));
        }

        Assert.That(read, Is.EqualTo(new[] { 21.5 }));
        Assert.That(_client.Ended, Is.EqualTo(new[] { "com.example.temperature" }));
    }

    [Test]
    public void Event_WithDetails_SaysWhoPublished()
    {
        var message = WampModelFactory.Event("com.example.t", details: new Dictionary<string, object?> { ["publisher"] = 17, ["publisher_authid"] = "anna" }, publicationId: 5);

        Assert.That(message.Publisher, Is.EqualTo(new WampPeer(17, "anna", null)));
        Assert.That(message.PublicationId, Is.EqualTo(5));
        Assert.That(message.Arguments.Count, Is.Zero);
    }

    [Test]
    public async Task EventFeed_Read_HasTheEventsAndEnds()
    {
        _client.Feeds["com.example.t"] = [WampModelFactory.Event("com.example.t", [1]), WampModelFactory.Event("com.example.t", [2])];

        await using var feed = await ((IWampClient)_client).SubscribeAsync("com.example.t");
        var read = new List<int>();
        await foreach (var number in feed.ReadAllAsync<int>())
        {
            read.Add(number);
        }

        Assert.That(read, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(feed.Revoked.IsCompleted, Is.False);
    }

    [Test]
    public async Task Invocation_GivenToATypedProcedure_IsAnswered()
    {
        await using (await _client.RegisterAsync("com.example.add", (int a, int b) => a + b))
        {
            var result = await _client.Procedures["com.example.add"](WampModelFactory.Invocation("com.example.add", [2, 3]));

            Assert.That(result!.Items, Is.EqualTo(new object[] { 5 }));
            Assert.That(
                () => _client.Procedures["com.example.add"](WampModelFactory.Invocation("com.example.add", [2])),
                Throws.InstanceOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.InvalidArgument));
        }

        Assert.That(_client.Ended, Is.EqualTo(new[] { "com.example.add" }));
    }

    [Test]
    public async Task Invocation_WithProgress_TellsWhoeverMadeIt()
    {
        var progress = new List<object?>();
        var invocation = WampModelFactory.Invocation("com.example.log", onProgress: part => progress.Add(part.Items[0]));

        Assert.That(invocation.AcceptsProgress, Is.True);
        await invocation.ReportProgressAsync(["line"]);

        Assert.That(progress, Is.EqualTo(new[] { "line" }));
        Assert.That(WampModelFactory.Invocation("com.example.log").AcceptsProgress, Is.False);
    }

    [Test]
    public async Task Invocation_CallerCancels_CancelsItsToken()
    {
        using var caller = new CancellationTokenSource();
        var canceled = new TaskCompletionSource();
        WampModelFactory.Invocation("com.example.log", canceled: caller.Token).CancellationToken.Register(canceled.SetResult);

        await caller.CancelAsync();

        await canceled.Task.Soon();
    }

    [Test]
    public async Task CallAsync_StandIn_TypedCallsReadWhatItAnswers()
    {
        _client.Results["com.example.add"] = [[5]];
        _client.Results["com.example.log"] = [["a"], ["b"]];

        Assert.That(await _client.CallAsync<int>("com.example.add", [2, 3]), Is.EqualTo(5));
        Assert.That(await _client.CallAsync<int>("com.example.add", null), Is.EqualTo(5), "null is no pieces, but no arguments");
        Assert.That(await _client.CallProgressivelyAsync<string>("com.example.log").ToListAsync(), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task RegisterServiceAsync_StandIn_RegistersWhatHasTheAttribute()
    {
        await using (await _client.RegisterServiceAsync(new Counter(step: 1)))
        {
            Assert.That((await _client.Procedures["com.example.next"](WampModelFactory.Invocation("com.example.next", [3])))!.Items, Is.EqualTo(new object[] { 4 }));
        }

        Assert.That(_client.Ended, Is.EqualTo(new[] { "com.example.next" }));
    }

    [Test]
    public void Session_WithDetails_SaysWhoTheClientIs()
    {
        Assert.That(_client.Session!.AuthId, Is.EqualTo("anna"));
        Assert.That((_client.Session.Id, _client.Session.Realm), Is.EqualTo((17L, "realm1")));
    }

    private sealed class Counter(int step)
    {
        [WampProcedure("com.example.next")]
        public int Next(int last) => last + step;
    }
}
