using Microsoft.AspNetCore.Http;
using WampRouter.Http;
using WampRouter.Http.Events;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http;

/// <summary>Events over plain HTTP where two things happen at the same time.</summary>
internal sealed class FeedSeamTests
{
    private static readonly HttpVisitorKey Me = new("realm1", null!, null, IsForwarded: false, IsSecure: false, "me");

    private const string Topic = "com.example.topic";

    /// <summary>A history has an event before anybody is sent it.</summary>
    [Test]
    public async Task Feed_EventComesBehindTheHistoryThatHasIt_IsToldOnce()
    {
        var scripted = await ScriptedSession.JoinAsync();
        var feed = await BeginAsync(scripted, "5");
        await using var items = feed.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        var first = items.MoveNextAsync();
        await scripted.Router.ReceiveAsync().Soon();
        await scripted.Router.SendAsync("[50,2,{},[[{\"publication\":6,\"timestamp\":\"2026-01-01T00:00:00Z\",\"args\":[\"six\"]}]]]");
        Assert.That(await first.Soon());
        await scripted.Router.SendAsync("[36,7,6,{},[\"six\"]]");
        await scripted.Router.SendAsync("[36,7,7,{},[\"seven\"]]");

        Assert.That(await items.MoveNextAsync().Soon());

        Assert.That(System.Text.Encoding.UTF8.GetString(items.Current.Json), Does.Contain("seven"));
        var ending = feed.DisposeAsync();
        await scripted.Router.ReceiveAsync();
        await scripted.Router.CloseAsync();
        await ending.Soon();
    }

    /// <summary>The event and the page of the history with it are there before the feed has looked for either.</summary>
    [Test]
    public async Task Feed_EventComesTogetherWithTheHistoryThatHasIt_IsToldOnce()
    {
        var scripted = await ScriptedSession.JoinAsync();
        var feed = await BeginAsync(scripted, "5");
        scripted.Writes.AfterFlush = () =>
        {
            scripted.Writes.AfterFlush = static () => { };
            var before = scripted.Reads.Reads;
            _ = scripted.Router.ReceiveAsync().Soon();
            scripted.Router.SendAsync("[36,7,6,{},[\"six\"]]").GetAwaiter().GetResult();
            scripted.Router.SendAsync("[50,2,{},[[{\"publication\":6,\"timestamp\":\"2026-01-01T00:00:00Z\",\"args\":[\"six\"]}]]]").GetAwaiter().GetResult();
            Waiting.UntilAsync(() => scripted.Reads.Reads >= before + 2).GetAwaiter().GetResult();
        };

        await using var items = feed.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.That((await items.MoveNextAsync().Soon(), items.Current.Position), Is.EqualTo((true, "6")));
        await scripted.Router.SendAsync("[36,7,8,{},[\"eight\"]]");

        Assert.That((await items.MoveNextAsync().Soon(), items.Current.Position), Is.EqualTo((true, "8")));
    }

    [Test]
    public async Task Poll_EndsWhileItIsWaitedFor_SaysThatItIsOver()
    {
        var scripted = await ScriptedSession.JoinAsync();
        using var feeds = new HeldFeeds(TimeProvider.System, static () => TimeSpan.FromMinutes(1), new ByteBudget(1_000_000));
        var held = feeds.Add(await BeginAsync(scripted, null), Me);
        var taking = held.TakeAsync(1, TimeSpan.FromMinutes(1), 100_000, CancellationToken.None);

        var ending = feeds.RemoveAsync(held);

        Assert.That(await taking.Soon(), Is.Null);
        Assert.That(held.HasEnded);
        await scripted.Router.ReceiveAsync();
        await scripted.Router.CloseAsync();
        await ending.Soon();
    }

    [Test]
    public async Task Poll_NoRoomToKeepAnAnswer_GivesItOnce([Values] bool hasRoom)
    {
        var scripted = await ScriptedSession.JoinAsync();
        var room = new ByteBudget(hasRoom ? 10_000_000 : 1_000);
        using var feeds = new HeldFeeds(TimeProvider.System, static () => TimeSpan.FromMinutes(1), room);
        var held = feeds.Add(await BeginAsync(scripted, null), Me);
        await scripted.Router.SendAsync($"[36,7,8,{{}},[\"{new string('x', 100_000)}\"]]");

        var first = await held.TakeAsync(1, TimeSpan.FromMinutes(1), 1_000_000, CancellationToken.None).Soon();
        var again = await held.TakeAsync(1, TimeSpan.FromMinutes(1), 1_000_000, CancellationToken.None).Soon();

        Assert.That(first, Has.Length.GreaterThan(100_000));
        Assert.That(again is not null, Is.EqualTo(hasRoom));
        Assert.That(room.ReservedBytes > 0, Is.EqualTo(hasRoom));
        var ending = feeds.RemoveAsync(held);
        await scripted.Router.ReceiveAsync();
        await scripted.Router.CloseAsync();
        await ending.Soon();
        Assert.That(room.ReservedBytes, Is.Zero);
    }

    /// <summary>What was taken out of the pipe and nobody has asked for counts with all that waits for clients; who has the most of it goes first.</summary>
    [Test]
    public async Task Stream_NoRoomForWhatWaits_EndsTheSessionAndHoldsNothing()
    {
        var room = new ByteBudget(100_000);
        var scripted = await ScriptedSession.JoinAsync(room);
        await scripted.Router.SendAsync($"[36,7,8,{{}},[\"{new string('x', 20_000)}\"]]");
        await Waiting.UntilAsync(() => room.ReservedBytes > 0);

        await scripted.Router.SendAsync($"[36,7,8,{{}},[\"{new string('x', 90_000)}\"]]");
        await Waiting.UntilAsync(() => scripted.Session.End is not null);

        Assert.That((scripted.Session.End!.Uri, scripted.Session.End.Message), Is.EqualTo(("wamp.error.unavailable", scripted.Session.End.Message)));
        Assert.That(scripted.Session.TryTake(out _));
        Assert.That(scripted.Session.TryTake(out _), Is.False);
        Assert.That(room.ReservedBytes, Is.Zero);
        Assert.That(await scripted.Router.ReceiveAsync(), Does.StartWith("[6,"));
    }

    /// <summary>A feed of one topic whose history has nothing, or is where the client was.</summary>
    private static async Task<EventFeed> BeginAsync(ScriptedSession scripted, string? lastEventId)
    {
        Assert.That(EventRequest.TryParse(new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["topic"] = Topic }), out var request, out _));
        var feed = new EventFeed(scripted.Session, request!, 100_000, new ByteBudget(100_000_000), new HttpMetrics(new TestMeters().Router));
        var beginning = feed.BeginAsync(lastEventId, CancellationToken.None);
        await scripted.Router.AnswerAsync("[33,$,7]");
        if (lastEventId is null)
        {
            await scripted.Router.AnswerAsync("[50,$,{},[[]]]");
        }

        Assert.That(await beginning.Soon(), Is.Null);
        return feed;
    }
}
