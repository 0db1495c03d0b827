using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A reader that is too slow is told of once for every row of drops, not for every event: whoever logs the reports is not flooded.</summary>
internal sealed class OverflowReportTests
{
    private JoinedClient _joined = null!;
    private BackgroundErrors _errors = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        _errors = new BackgroundErrors(_joined.Client);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.marker", int () => throw new InvalidOperationException("marker")));
    }

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCase(WampOverflowPolicy.DropOldest)]
    [TestCase(WampOverflowPolicy.DropNewest)]
    public async Task Feed_ManyDropsInARow_AreReportedOnce(WampOverflowPolicy policy)
    {
        var feed = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", new WampSubscribeOptions { BufferSize = 2, Overflow = policy }));

        await SendEventsAsync(10);

        await ExpectAsync(WampBackgroundErrorKind.EventsDropped);
        Assert.That(feed.DroppedEvents, Is.EqualTo(8));
    }

    [Test]
    public async Task Feed_DrainedInPart_GoesOnWithTheSameRow()
    {
        var feed = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", new WampSubscribeOptions { BufferSize = 2 }));
        await using var events = feed.GetAsyncEnumerator();
        await SendEventsAsync(4);
        await ExpectAsync(WampBackgroundErrorKind.EventsDropped);

        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        await SendEventsAsync(4);

        await ExpectAsync();
        Assert.That(feed.DroppedEvents, Is.EqualTo(2 + 3));
    }

    [TestCase(WampOverflowPolicy.DropOldest)]
    [TestCase(WampOverflowPolicy.DropNewest)]
    public async Task Handler_ManyDropsInARow_AreReportedOnce(WampOverflowPolicy policy)
    {
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var subscription = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync(
            "com.example.t",
            async (WampEvent _) =>
            {
                entered.TrySetResult();
                await release.Task;
            },
            new WampSubscribeOptions { BufferSize = 2, Overflow = policy }));
        await SendEventsAsync(1);
        await entered.Task.Soon();

        await SendEventsAsync(10);

        await ExpectAsync(WampBackgroundErrorKind.EventsDropped);
        Assert.That(subscription.DroppedEvents, Is.EqualTo(8));
        release.SetResult();
    }

    private async Task SendEventsAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await _joined.Peer.SendAsync($"[36,501,{i},{{}}]");
        }
    }

    /// <summary>These reports, and none between them and a marker that is made behind them.</summary>
    private async Task ExpectAsync(params WampBackgroundErrorKind[] kinds)
    {
        await _joined.Peer.SendAsync("[68,1,701,{}]");
        await _joined.Peer.ReceiveAsync();
        foreach (var kind in kinds)
        {
            Assert.That((await _errors.NextAsync()).Kind, Is.EqualTo(kind));
        }

        Assert.That((await _errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.ProcedureFailed));
    }
}
