using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Storage;

/// <summary>What a queue promises, wherever it is kept.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class DeliveryQueueTests(bool isDurable)
{
    private static readonly QueueBounds Bounds = new(MaxEvents: 100, MaxBytes: 1_000_000, MaxDeadLetters: 3);

    private readonly ManualTime _time = new();
    private DataDirectory _directory = null!;
    private SqliteDeliveryQueues? _durable;
    private IDeliveryQueue _queue = null!;

    [SetUp]
    public void Open()
    {
        _directory = new DataDirectory();
        _durable = isDurable ? new SqliteDeliveryQueues(_directory.Path, _time, NullLogger<SqliteDeliveryQueues>.Instance) : null;
        _queue = Open("sales");
    }

    [TearDown]
    public void Close()
    {
        _durable?.Dispose();
        _directory.Dispose();
    }

    [Test]
    public async Task Read_Added_InOrderAndFromAPlaceOn()
    {
        await AddAsync("a", "b", "c");

        var all = _queue.Read(after: 0);
        Assert.That(all.Select(delivery => delivery.Id), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(_queue.Read(all[0].Place).Select(delivery => delivery.Id), Is.EqualTo(new[] { "b", "c" }));
        Assert.That((all[1].Body, all[1].Time), Is.EqualTo((new byte[] { 1, 2, 3 }, _time.GetUtcNow())));
        Assert.That(_queue.Read(all[2].Place), Is.Empty);
        Assert.That(_queue.Oldest, Is.EqualTo(_time.GetUtcNow()));
    }

    [Test]
    public async Task Volume_AddedAndRemoved_IsExact()
    {
        Assert.That((_queue.Volume, _queue.Oldest), Is.EqualTo((default(QueueVolume), (DateTimeOffset?)null)));
        await AddAsync("a", "b");
        Assert.That(_queue.Volume, Is.EqualTo(new QueueVolume(2, 2 * (3 + QueueBounds.OverheadBytes), 0)));

        _queue.Remove(_queue.Read(0)[0]);

        Assert.That(_queue.Volume, Is.EqualTo(new QueueVolume(1, 3 + QueueBounds.OverheadBytes, 0)));
        await SettleAsync();
        Assert.That(_queue.Read(0).Select(delivery => delivery.Id), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task TryAdd_BoundsAreReached_IsRefusedUntilThereIsRoom()
    {
        _queue.Apply(Bounds with { MaxEvents = 2 });
        await AddAsync("a", "b");
        Assert.That(_queue.TryAdd("c", _time.GetUtcNow(), [1]), Is.False);
        _queue.Remove(_queue.Read(0)[0]);
        await AddAsync("c");

        _queue.Apply(Bounds with { MaxBytes = (2 * (3 + QueueBounds.OverheadBytes)) + QueueBounds.OverheadBytes });
        Assert.That(_queue.TryAdd("d", _time.GetUtcNow(), [1]), Is.False);
        await AddAsync([]);
        Assert.That(_queue.TryAdd("d", _time.GetUtcNow(), []), Is.True);
    }

    [Test]
    public async Task Bury_Several_AreListedTheLatestFirstAndWithinTheBound()
    {
        await AddAsync("a", "b", "c", "d");
        foreach (var delivery in _queue.Read(0))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _queue.Bury(delivery, _time.GetUtcNow(), attempts: 7, error: "it answered 500");
        }

        await SettleAsync();
        var letters = _queue.ReadDeadLetters(10);
        Assert.That(letters.Select(letter => letter.Id), Is.EqualTo(new[] { "d", "c", "b" }));
        Assert.That(letters[0], Is.EqualTo(new DeadLetter("d", DateTimeOffset.UnixEpoch, _time.GetUtcNow(), 7, "it answered 500", 3)));
        Assert.That(_queue.ReadDeadLetters(1), Has.Count.EqualTo(1));
        Assert.That((_queue.Volume, _queue.Read(0).Count), Is.EqualTo((new QueueVolume(0, 0, 3), 0)));
    }

    [Test]
    public async Task Retry_DeadLetters_AreReadBehindThoseThatWait()
    {
        await AddAsync("a", "b", "c");
        var page = _queue.Read(0);
        _queue.Bury(page[0], _time.GetUtcNow(), 1, "");
        _queue.Bury(page[1], _time.GetUtcNow(), 1, "");

        Assert.That(await _queue.RetryAsync("none").Soon(), Is.Zero);
        Assert.That(await _queue.RetryAsync("b").Soon(), Is.EqualTo(1));
        Assert.That(_queue.Read(page[2].Place).Select(delivery => delivery.Id), Is.EqualTo(new[] { "b" }), "who reads on finds it");
        Assert.That(await _queue.RetryAsync(null).Soon(), Is.EqualTo(1));

        Assert.That(_queue.Read(0).Select(delivery => delivery.Id), Is.EqualTo(new[] { "c", "b", "a" }));
        Assert.That(_queue.Volume, Is.EqualTo(new QueueVolume(3, 3 * (3 + QueueBounds.OverheadBytes), 0)));
    }

    [Test]
    public async Task Discard_DeadLetters_LeavesThoseThatWait()
    {
        await AddAsync("a", "b", "c");
        var page = _queue.Read(0);
        _queue.Bury(page[0], _time.GetUtcNow(), 1, "");
        _queue.Bury(page[1], _time.GetUtcNow(), 1, "");

        Assert.That(await _queue.DiscardAsync("a").Soon(), Is.EqualTo(1));
        Assert.That(await _queue.DiscardAsync("c").Soon(), Is.Zero, "it waits");
        Assert.That(await _queue.DiscardAsync(null).Soon(), Is.EqualTo(1));

        Assert.That((_queue.Volume.DeadLetters, _queue.ReadDeadLetters(10).Count, _queue.Read(0).Single().Id), Is.EqualTo((0, 0, "c")));
    }

    [Test]
    public async Task Read_ManyEvents_ComeInPages()
    {
        await AddAsync([.. Enumerable.Range(0, 100).Select(i => $"e{i}")]);

        var seen = new List<string>();
        for (var page = _queue.Read(0); page.Count > 0; page = _queue.Read(page[^1].Place))
        {
            Assert.That(page, Has.Count.LessThan(50));
            seen.AddRange(page.Select(delivery => delivery.Id));
        }

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"e{i}")));
    }

    [Test]
    public async Task Open_TwoNames_AreTwoQueues()
    {
        await AddAsync("a");

        var other = Open("other");

        Assert.That((other.Volume.Events, other.Read(0).Count, Open("sales").Volume.Events), Is.EqualTo((0, 0, 1)));
    }

    private IDeliveryQueue Open(string name) => new DeliveryQueues(_durable) is var queues && isDurable ? queues.Open("shop", name, QueueStore.Sqlite, Bounds) : InMemory(name);

    private readonly DeliveryQueues _memory = new(durable: null);

    private IDeliveryQueue InMemory(string name) => _memory.Open(TestContext.CurrentContext.Test.ID, name, QueueStore.Memory, Bounds);

    private async Task AddAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            Assert.That(_queue.TryAdd(id, _time.GetUtcNow(), [1, 2, 3]), Is.True);
        }

        await SettleAsync();
    }

    private Task SettleAsync() => _queue.FlushAsync().Soon();
}
