using System.Globalization;
using System.Net;
using System.Text.Json;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http;

/// <summary>Events over plain HTTP: server-sent, and by polling.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EventTests
{
    private HttpRig _rig = null!;

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Stream_TellsEventsAsTheyCome()
    {
        _rig = await HttpRig.StartAsync();
        await using var events = await _rig.ListenAsync("topic=com.example.topic");

        await _rig.PostAsync("realm1/publish", "{\"topic\":\"com.example.topic\",\"args\":[\n1,\r\n2],\"kwargs\":{\"k\":\"line\\nend\"}}");
        var (kind, data) = (await events.NextAsync())!.Value;

        Assert.That(kind, Is.EqualTo("message"));
        Assert.That(data.GetProperty("topic").GetString(), Is.EqualTo("com.example.topic"));
        Assert.That(data.GetProperty("args").EnumerateArray().Select(item => item.GetInt32()), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(data.GetProperty("kwargs").GetProperty("k").GetString(), Is.EqualTo("line\nend"));
    }

    [Test]
    public async Task Stream_OfPatternsAndTopics_NamesTheTopicOfEach()
    {
        _rig = await HttpRig.StartAsync();
        await using var events = await _rig.ListenAsync("topic=com.a.&topic=com.b.&match=prefix");

        await _rig.PublishAsync("com.b.x", "[1]");
        await _rig.PublishAsync("com.c.x", "[2]");
        await _rig.PublishAsync("com.a.y", "[3]");

        Assert.That((await events.NextAsync())!.Value.Data.GetProperty("topic").GetString(), Is.EqualTo("com.b.x"));
        Assert.That((await events.NextAsync())!.Value.Data.GetProperty("topic").GetString(), Is.EqualTo("com.a.y"));
    }

    [Test]
    public async Task Stream_WantsWhatIsRetained_BeginsWithIt()
    {
        _rig = await HttpRig.StartAsync();
        await _rig.PostAsync("realm1/publish", """{"topic":"com.example.state","args":[7],"options":{"retain":true}}""");

        await using var events = await _rig.ListenAsync("topic=com.example.state&get_retained=true");

        var (_, data) = (await events.NextAsync())!.Value;
        Assert.That((data.GetProperty("args")[0].GetInt32(), data.GetProperty("details").GetProperty("retained").GetBoolean()), Is.EqualTo((7, true)));
    }

    [TestCase("topic=com.history.topic", HttpRig.HistoryTopic)]
    [TestCase("topic=com.history.log.&match=prefix", "com.history.log.x")]
    public async Task Stream_ComesAgain_GetsWhatItHasMissedOnce(string query, string topic)
    {
        _rig = await HttpRig.StartAsync();
        await _rig.PublishAsync(topic, "[0]");
        string id;
        await using (var before = await _rig.ListenAsync(query))
        {
            await _rig.PublishAsync(topic, "[1]");
            Assert.That(await before.NextNumberAsync(), Is.EqualTo(1));
            id = before.LastEventId;
        }

        await _rig.PublishAsync(topic, "[2]");
        await _rig.PublishAsync(topic, "[3]");
        await using var after = await _rig.ListenAsync(query, id);
        Assert.That((await after.NextNumberAsync(), await after.NextNumberAsync()), Is.EqualTo((2, 3)));
        await _rig.PublishAsync(topic, "[4]");
        Assert.That(await after.NextNumberAsync(), Is.EqualTo(4));
    }

    [Test]
    public async Task Stream_ComesAgainWithoutHavingGotAnything_GetsAllSince([Values] bool isEmpty)
    {
        _rig = await HttpRig.StartAsync();
        if (!isEmpty)
        {
            await _rig.PublishAsync(HttpRig.HistoryTopic, "[0]");
        }

        string position;
        using (var response = await _rig.SendAsync(HttpMethod.Get, $"realm1/events?topic={HttpRig.HistoryTopic}").Soon())
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync().Soon());
            Assert.That(await reader.ReadLineAsync().Soon(), Does.StartWith("retry: "));
            position = (await reader.ReadLineAsync().Soon())!["id: ".Length..];
        }

        await _rig.PublishAsync(HttpRig.HistoryTopic, "[1]");
        await using var events = await _rig.ListenAsync($"topic={HttpRig.HistoryTopic}", position);

        Assert.That(await events.NextNumberAsync(), Is.EqualTo(1));
    }

    /// <summary>A publisher that does not wait, and a listener whose connection goes again and again, each time somewhere else in the stream.</summary>
    [Test]
    public async Task Stream_LosesItsConnectionAgainAndAgain_GetsEachEventOnceInOrder([Random(3)] int seed)
    {
        const int Events = 300;
        _rig = await HttpRig.StartAsync();
        var random = new Random(seed);
        var publisher = await _rig.JoinAsync();
        string? id = "0";
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < Events; i++)
            {
                await publisher.PublishAcknowledgedAsync("com.history.log.x", [i]);
            }
        });

        var got = new List<int>();
        while (got.Count < Events)
        {
            await using var events = await _rig.ListenAsync("topic=com.history.log.&match=prefix", id);
            for (var left = random.Next(1, 40); left > 0 && got.Count < Events; left--)
            {
                got.Add(await events.NextNumberAsync());
                id = events.LastEventId;
            }
        }

        await publishing.Soon();
        Assert.That(got, Is.EqualTo(Enumerable.Range(0, Events)), $"seed {seed.ToString(CultureInfo.InvariantCulture)}");
    }

    [Test]
    public async Task Stream_ComesAgainTooLate_IsToldThatEventsAreMissing()
    {
        _rig = await HttpRig.StartAsync();
        using var gaps = new Measured(_rig.Meter, "wamp_router.http.gaps");
        var first = await _rig.PublishAsync(HttpRig.HistoryTopic, "[0]");
        for (var i = 1; i <= HttpRig.Remembered + 1; i++)
        {
            await _rig.PublishAsync(HttpRig.HistoryTopic, $"[{i}]");
        }

        await using var events = await _rig.ListenAsync($"topic={HttpRig.HistoryTopic}", first.ToString(CultureInfo.InvariantCulture));

        var (kind, data) = (await events.NextAsync())!.Value;
        Assert.That((kind, data.GetProperty("topic").GetString()), Is.EqualTo(("gap", HttpRig.HistoryTopic)));
        Assert.That(await events.NextNumberAsync(), Is.EqualTo(2), "then all that is left");
        Assert.That(gaps.Tags, Is.EqualTo(new[] { "reason=forgotten" }));
    }

    [TestCase("-", "no event history")]
    [TestCase("1,2", "is none of this request")]
    [TestCase("nonsense", "is none of this request")]
    [TestCase("99999999999999999999", "is none of this request")]
    [TestCase("-1", "is none of this request")]
    public async Task Stream_ComesAgainWhereNothingIsKept_IsToldThatEventsMayBeMissing(string id, string reason)
    {
        _rig = await HttpRig.StartAsync();

        await using var events = await _rig.ListenAsync("topic=com.example.topic", id);

        var (kind, data) = (await events.NextAsync())!.Value;
        Assert.That((kind, data.GetProperty("reason").GetString()), Is.EqualTo(("gap", data.GetProperty("reason").GetString())));
        Assert.That(data.GetProperty("reason").GetString(), Does.Contain(reason));
        await _rig.PublishAsync("com.example.topic", "[1]");
        Assert.That(await events.NextNumberAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Stream_SessionIsKilled_EndsWithTheReason()
    {
        _rig = await HttpRig.StartAsync();
        var watcher = await _rig.JoinAsync();
        await using var events = await _rig.ListenAsync("topic=com.example.topic");

        await watcher.CallAsync("wamp.session.kill_all", [], null).Soon();

        var (kind, data) = (await events.NextAsync())!.Value;
        Assert.That((kind, data.GetProperty("reason").GetString()), Is.EqualTo(("closed", "wamp.close.killed")));
        Assert.That(await events.NextAsync(), Is.Null);
    }

    [Test]
    public async Task Stream_SubscriptionIsTakenAway_IsTold()
    {
        _rig = await HttpRig.StartAsync();
        var watcher = await _rig.JoinAsync();
        await using var events = await _rig.ListenAsync("topic=com.example.topic&topic=com.example.other");
        var subscription = await watcher.CallAsync<long>("wamp.subscription.lookup", ["com.example.topic"]).Soon();
        var subscriber = (await watcher.CallAsync<long[]>("wamp.subscription.list_subscribers", [subscription]).Soon())!.Single();

        await watcher.CallAsync("wamp.subscription.remove_subscriber", [subscription, subscriber, "com.example.enough"], null).Soon();
        await _rig.PublishAsync("com.example.other", "[1]");

        var (kind, data) = (await events.NextAsync())!.Value;
        Assert.That((kind, data.GetProperty("topic").GetString()), Is.EqualTo(("revoked", "com.example.topic")));
        Assert.That(await events.NextNumberAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Stream_ClientGoes_ItsSessionLeaves()
    {
        _rig = await HttpRig.StartAsync();
        var watcher = await _rig.JoinAsync();
        var left = new TaskCompletionSource();
        await watcher.SubscribeAsync("wamp.session.on_leave", _ => left.SetResult()).Soon();

        await (await _rig.ListenAsync("topic=com.example.topic")).DisposeAsync();

        await left.Task.Soon();
    }

    [Test]
    public async Task Stream_NothingComes_SaysThatItIsThere()
    {
        var time = new ManualTime();
        _rig = await HttpRig.StartAsync(time);
        using var response = await _rig.SendAsync(HttpMethod.Get, "realm1/events?topic=com.example.topic").Soon();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync().Soon());
        for (var line = await reader.ReadLineAsync().Soon(); line?.Length > 0; line = await reader.ReadLineAsync().Soon())
        {
            // What it begins with.
        }

        var comment = reader.ReadLineAsync();
        while (!comment.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));     // the wait may not have begun yet
            await Task.Yield();
        }

        Assert.That(await comment, Is.EqualTo(":"));
    }

    [TestCase("", "'topic'")]
    [TestCase("match=exact", "'topic'")]
    [TestCase("topic=a&topic=a", "twice")]
    [TestCase("topic=a&options=x", "'options'")]
    [TestCase("topic=a&options=[]", "'options'")]
    [TestCase("topic=a&get_retained=maybe", "'get_retained'")]
    [TestCase("topic=a&match=fuzzy", "")]
    [TestCase("topic=a&options={\"match\":7}", "match")]
    [TestCase("topic=a&topic=b&topic=c&topic=d&topic=e&topic=f&topic=g&topic=h&topic=i&topic=j&topic=k&topic=l&topic=m&topic=n&topic=o&topic=p&topic=q", "16")]
    [TestCase("topic=", "")]
    [TestCase("topic=a&get_retaind=true", "There is no 'get_retaind'")]
    public async Task Events_WrongQuery_IsRefused(string query, string reason)
    {
        _rig = await HttpRig.StartAsync();

        foreach (var operation in (string[])["events", "poll"])
        {
            var (status, problem) = await _rig.GetAsync($"realm1/{operation}?{query}");
            Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest), operation);
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(reason));
        }
    }

    [TestCase("-1")]
    [TestCase("-Infinity")]
    [TestCase("Infinity")]
    [TestCase("NaN")]
    [TestCase("1e400")]
    [TestCase("soon")]
    public async Task Poll_WaitThatIsNone_IsRefused(string wait)
    {
        _rig = await HttpRig.StartAsync();

        Assert.That((await _rig.GetAsync($"realm1/poll?topic=com.example.topic&wait={wait}")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    /// <summary>An event that just fits a message does not fit a result that has it within.</summary>
    [Test]
    public async Task Stream_HistoryHasAnEventThatIsNestedTooDeep_IsToldThatEventsMayBeMissing()
    {
        _rig = await HttpRig.StartAsync();
        var first = await _rig.PublishAsync(HttpRig.HistoryTopic, "[1]");
        await _rig.PublishAsync(HttpRig.HistoryTopic, $"{new string('[', 63)}{new string(']', 63)}");

        await using var events = await _rig.ListenAsync($"topic={HttpRig.HistoryTopic}", first.ToString(CultureInfo.InvariantCulture));

        Assert.That((await events.NextAsync())!.Value.Kind, Is.EqualTo("gap"));
        await _rig.PublishAsync(HttpRig.HistoryTopic, "[3]");
        Assert.That(await events.NextNumberAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task Poll_GetsWhatCameInBetween_AndTheSameAgain()
    {
        _rig = await HttpRig.StartAsync();
        var (_, first) = await _rig.GetAsync("realm1/poll?topic=com.example.topic&wait=0");
        Assert.That(first.GetProperty("events").GetArrayLength(), Is.Zero);
        var next = $"realm1/{first.GetProperty("next").GetString()}";

        await _rig.PublishAsync("com.example.topic", "[1]");
        await _rig.PublishAsync("com.example.topic", "[2]");
        var numbers = new List<int>();
        var (_, second) = await _rig.GetAsync(next);
        var (_, again) = await _rig.GetAsync(next);
        numbers.AddRange(Numbers(second));
        while (numbers.Count < 2)
        {
            (_, second) = await _rig.GetAsync($"realm1/{second.GetProperty("next").GetString()}");
            numbers.AddRange(Numbers(second));
        }

        Assert.That(numbers, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(again.GetProperty("events")[0].GetProperty("args")[0].GetInt32(), Is.EqualTo(1), "an answer that was lost");
        Assert.That((await _rig.GetAsync($"{next}9")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Poll_ClientGivesUp_LosesNothing()
    {
        _rig = await HttpRig.StartAsync();
        var (_, first) = await _rig.GetAsync("realm1/poll?topic=com.example.topic&wait=0");
        var next = $"realm1/{first.GetProperty("next").GetString()}";
        var last = next.Replace("&n=2", "&n=1", StringComparison.Ordinal);      // the answer that is there is given again, unless the turn is another's
        using (var going = new CancellationTokenSource())
        {
            var waiting = _rig.SendAsync(HttpMethod.Get, next, gone: going.Token);
            while ((await _rig.GetAsync(last)).Status != HttpStatusCode.Conflict)
            {
                waiting = waiting.IsCompleted ? _rig.SendAsync(HttpMethod.Get, next, gone: going.Token) : waiting;      // it met one of these
            }

            await going.CancelAsync();
            Assert.CatchAsync<OperationCanceledException>(() => waiting.Soon());
        }

        await _rig.PublishAsync("com.example.topic", "[1]");
        (HttpStatusCode Status, JsonElement Body) answer;
        do
        {
            answer = await _rig.GetAsync(next);
        }
        while (answer.Status == HttpStatusCode.Conflict);       // the server has not noticed yet that the other one has gone

        Assert.That(Numbers(answer.Body), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Poll_GoesOnFromAPosition()
    {
        _rig = await HttpRig.StartAsync();
        await _rig.PublishAsync(HttpRig.HistoryTopic, "[1]");
        var (_, first) = await _rig.GetAsync($"realm1/poll?topic={HttpRig.HistoryTopic}&wait=0");
        await _rig.PublishAsync(HttpRig.HistoryTopic, "[2]");

        var (_, later) = await _rig.GetAsync($"realm1/poll?topic={HttpRig.HistoryTopic}&last_event_id={first.GetProperty("position").GetString()}");

        Assert.That(Numbers(later), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Poll_NobodyAsks_EndsAndIsNotFound()
    {
        var time = new ManualTime();
        _rig = await HttpRig.StartAsync(time);
        var watcher = await _rig.JoinAsync();
        var left = new TaskCompletionSource();
        await watcher.SubscribeAsync("wamp.session.on_leave", _ => left.SetResult()).Soon();
        var (_, first) = await _rig.GetAsync("realm1/poll?topic=com.example.topic&wait=0");

        time.Advance(TimeSpan.FromSeconds(31));
        await left.Task.Soon();

        Assert.That((await _rig.GetAsync($"realm1/{first.GetProperty("next").GetString()}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Poll_OfAnotherRealm_IsNotFound()
    {
        _rig = await HttpRig.StartAsync();
        var (_, first) = await _rig.GetAsync("realm1/poll?topic=com.example.topic&wait=0");

        Assert.That((await _rig.GetAsync($"secured/{first.GetProperty("next").GetString()}&wait=0")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Poll_OfSomebodyElse_IsNotFound()
    {
        _rig = await HttpRig.StartAsync();
        var (_, first) = await _rig.GetAsync("secured/poll?topic=com.public.news&wait=0", HttpRig.Staff);
        var next = $"secured/{first.GetProperty("next").GetString()}";

        Assert.That((await _rig.GetAsync($"{next}&wait=0", HttpRig.Reader)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _rig.GetAsync($"{next}&wait=0")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _rig.GetAsync($"{next}&wait=0", HttpRig.Staff)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Poll_SessionIsKilled_SaysSo()
    {
        _rig = await HttpRig.StartAsync();
        var watcher = await _rig.JoinAsync();
        var (_, first) = await _rig.GetAsync("realm1/poll?topic=com.example.topic&wait=0");

        await watcher.CallAsync("wamp.session.kill_all", [], null).Soon();
        var (_, last) = await _rig.GetAsync($"realm1/{first.GetProperty("next").GetString()}");

        Assert.That(last.GetProperty("notices")[0].GetProperty("notice").GetString(), Is.EqualTo("closed"));
        Assert.That(last.GetProperty("notices")[0].GetProperty("what").GetProperty("reason").GetString(), Is.EqualTo("wamp.close.killed"));
        Assert.That(last.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await _rig.GetAsync($"realm1/{first.GetProperty("next").GetString()}")).Body.ToString(), Is.EqualTo(last.ToString()), "the answer may have been lost");
    }

    private static IEnumerable<int> Numbers(JsonElement answer) => answer.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("args")[0].GetInt32());
}
