using WampRouter.Http.Webhooks;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>When an event is tried again, and when it is given up: a delivery alone with its queue, a clock of the test's, and a real HTTP server.</summary>
public sealed class DeliveryTimesTests
{
    private const int Failing = 1470;
    private const int Recovered = 1471;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly List<TimeSpan> _waits = [];
    private ManualTime _time = null!;
    private LogRecorder<RouterWebhooks> _log = null!;
    private TestMeters _meters = null!;
    private HookServer _server = null!;
    private WebhookClient _client = null!;
    private MemoryDeliveryQueue _queue = null!;
    private EventDelivery _delivery = null!;
    private double _random;

    [SetUp]
    public async Task SetUp()
    {
        _random = 0;
        _waits.Clear();
        (_time, _log) = (new ManualTime(), new LogRecorder<RouterWebhooks>());
        (_meters, _server, _client) = (new TestMeters(), await HookServer.StartAsync(), new WebhookClient(_time));
        Begin(retryFor: TimeSpan.FromDays(1));
    }

    [TearDown]
    public async Task TearDown()
    {
        await _delivery.StopAsync(TimeSpan.Zero).Soon();
        await _server.DisposeAsync();
        _client.Dispose();
        _meters.Dispose();
    }

    [Test]
    public async Task Deliver_ReceiverIsDownForAnHour_AllComeInOrderAndNothingIsLost()
    {
        using var attempts = new Measured(_meters.Router, "wamp_router.webhook.attempts");
        _server.AnswerWith(503);
        Add(50);
        var began = _time.GetUtcNow();
        while (_time.GetUtcNow() - began < TimeSpan.FromHours(1))
        {
            Assert.That((await _server.NextAsync().Soon()).Id, Is.EqualTo("evt_0"), "in order: the first is tried until it is through");
            await PassDelayAsync();
        }

        Assert.That(_queue.Volume.Events, Is.EqualTo(50));
        await _server.NextAsync().Soon();
        _server.AnswerWith(200);
        await PassDelayAsync();
        for (var i = 0; i < 50; i++)
        {
            Assert.That((await _server.NextAsync().Soon()).Id, Is.EqualTo($"evt_{i}"));
        }

        await Waiting.UntilAsync(() => _queue.Volume.Events == 0).Soon();
        Assert.That(attempts.Of("outcome=delivered", "webhook=sales"), Is.EqualTo(50));
        Assert.That(attempts.Of("outcome=refused"), Is.EqualTo(_waits.Count).And.AtLeast(13));
        Assert.That(_log.Of(Failing), Has.Count.EqualTo(1).And.All.Contains("it answered 503"), "once for a series");
        Assert.That(_log.Of(Recovered), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Deliver_Fails_WaitsDoubleUpToTheMost()
    {
        _server.AnswerWith(500);
        Add(1);
        var times = new List<double>();
        for (var i = 0; i < 11; i++)
        {
            await _server.NextAsync().Soon();
            times.Add(await PassDelayAsync());
        }

        Assert.That(times, Is.EqualTo(new double[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 }));
    }

    [Test]
    public async Task Deliver_FailsAtRandom_WaitsAreShortenedByUpToHalf()
    {
        _random = 1;
        _server.AnswerWith(500);
        Add(1);

        await _server.NextAsync().Soon();
        Assert.That(await PassDelayAsync(), Is.EqualTo(0.5));
        await _server.NextAsync().Soon();
        Assert.That(await PassDelayAsync(), Is.EqualTo(1));
    }

    [TestCase("120", 120)]
    [TestCase("999999", 3_600)]
    [TestCase("0", 1)]
    [TestCase("Thu, 01 Jan 1970 00:00:30 GMT", 30)]
    [TestCase("Thu, 01 Jan 1960 00:00:00 GMT", 1)]
    [TestCase("soon", 1)]
    public async Task Deliver_RetryAfter_IsHonouredWithinAnHour(string retryAfter, double seconds)
    {
        _server.AnswerWith(429, retryAfter: retryAfter);
        Add(1);
        await _server.NextAsync().Soon();

        Assert.That(await PassDelayAsync(), Is.EqualTo(seconds));
    }

    [Test]
    public async Task Deliver_ReceiverDoesNotAnswer_IsCutOffAndTriedAgain()
    {
        using var attempts = new Measured(_meters.Router, "wamp_router.webhook.attempts");
        _server.Answer = static (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        Add(1);
        var first = await _server.NextAsync().Soon();

        _server.AnswerWith(204);
        _time.Advance(_delivery.Settings.Timeout);
        await PassDelayAsync();
        var second = await _server.NextAsync().Soon();

        Assert.That(attempts.Of("outcome=timeout"), Is.EqualTo(1));
        Assert.That(second.Id, Is.EqualTo(first.Id), "the same event has the same id");
        Assert.That(second.Headers["webhook-timestamp"], Is.Not.EqualTo(first.Headers["webhook-timestamp"]), "an attempt has its own time");
    }

    [Test]
    public async Task Deliver_TimeIsOver_IsGivenUpAndTheNextBegins()
    {
        await _delivery.StopAsync(TimeSpan.Zero).Soon();
        Begin(retryFor: TimeSpan.FromSeconds(5));
        _server.AnswerWith(500);
        Add(1);
        for (var i = 0; i < 3; i++)     // after 0, 1, 3 and 7 seconds
        {
            await _server.NextAsync().Soon();
            await PassDelayAsync();
        }

        await _server.NextAsync().Soon();
        await Waiting.UntilAsync(() => _queue.Volume.DeadLetters == 1).Soon();
        Assert.That(_queue.ReadDeadLetters(1).Single(), Is.EqualTo(new DeadLetter("evt_0", DateTimeOffset.UnixEpoch, _time.GetUtcNow(), 4, "it answered 500", 2)));

        _server.AnswerWith(200);
        Assert.That(_queue.TryAdd("evt_1", _time.GetUtcNow(), "{}"u8.ToArray()), Is.True);
        Assert.That((await _server.NextAsync().Soon()).Id, Is.EqualTo("evt_1"));
    }

    /// <summary>An event that waited while all was well has its whole time from the first failure on.</summary>
    [Test]
    public async Task Deliver_EventWaitedForOtherReasons_ItsTimeBeginsWithTheFailure()
    {
        await _delivery.StopAsync(TimeSpan.Zero).Soon();
        Begin(retryFor: TimeSpan.FromSeconds(5), start: false);
        Add(1);
        _time.Advance(TimeSpan.FromHours(1));
        _server.AnswerWith(500);
        _delivery.Start();
        await _server.NextAsync().Soon();

        Assert.That(await PassDelayAsync(), Is.EqualTo(1), "it is tried again");
    }

    private void Begin(TimeSpan retryFor, bool start = true)
    {
        var settings = new DeliverySettings
        {
            Name = "sales",
            Topic = "com.sold",
            Url = new Uri(_server.Url),
            Secrets = [WebhookSecret.TryParse(WebhookRig.Secret, out var secret, out _) ? secret : throw new InvalidOperationException()],
            Timeout = TimeSpan.FromHours(2),        // no time that a test lets pass for a retry
            RetryFor = retryFor,
            MaxRetryDelay = LongestDelay,
        };
        _queue = new MemoryDeliveryQueue();
        _queue.Apply(settings.Bounds);
        _delivery = new EventDelivery("shop", settings, _queue, new WebhookServices
        {
            Client = _client,
            Queues = new DeliveryQueues(durable: null),
            Connect = static _ => throw new NotSupportedException(),
            MaxMessageBytes = static () => 0,
            Delays = new RetryDelays(() => _random),
            Time = _time,
            Metrics = new WebhookMetrics(_meters.Router),
            Logger = _log,
        });
        if (start)
        {
            _delivery.Start();
        }
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.That(_queue.TryAdd($"evt_{i}", _time.GetUtcNow(), "{}"u8.ToArray()), Is.True);
        }
    }

    /// <summary>Waits until the delivery waits, lets exactly that time pass, and tells it in seconds.</summary>
    private async Task<double> PassDelayAsync()
    {
        await _time.WhenWaitedForAsync(RetryDelays.LongestRetryAfter).Soon();
        var delay = _time.UntilNext!.Value;
        _waits.Add(delay);
        _time.Advance(delay);
        return delay.TotalSeconds;
    }
}
