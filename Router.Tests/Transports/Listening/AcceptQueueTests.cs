using Microsoft.AspNetCore.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.Listening;

namespace WampRouter.Tests.Transports.Listening;

/// <summary>What listeners accept comes to the server, and is dropped once that goes down.</summary>
public sealed class AcceptQueueTests
{
    [Test]
    public async Task Accept_SeveralWereHandedOver_ComesInTheirOrder()
    {
        await using var queue = new AcceptQueue("test");
        await using var one = new Accepted("one");
        await using var other = new Accepted("other");
        await queue.PassOnAsync(one).AsTask().Soon();
        await queue.PassOnAsync(other).AsTask().Soon();

        Assert.That(((await queue.AcceptAsync())!.ConnectionId, (await queue.AcceptAsync())!.ConnectionId), Is.EqualTo(("one", "other")));
    }

    [Test]
    public async Task PassOn_TheServerTakesNobody_WaitsForIt()
    {
        await using var queue = new AcceptQueue("test");
        Task last = Task.CompletedTask;
        for (var i = 0; last.IsCompleted; i++)
        {
            Assert.That(i, Is.LessThan(100), "it is bounded");
            last = queue.PassOnAsync(new Accepted()).AsTask();
        }

        Assert.That(await queue.AcceptAsync(), Is.Not.Null);
        await last.Soon();
    }

    [Test]
    public async Task Unbind_Accept_IsToldThatNobodyComesAndThoseWhoComeAreDropped()
    {
        await using var queue = new AcceptQueue("test");
        var accepting = queue.AcceptAsync().AsTask();

        await queue.UnbindAsync();

        Assert.That(await accepting.Soon(), Is.Null);
        await using var late = new Accepted();
        await queue.PassOnAsync(late).AsTask().Soon();
        Assert.That(late.IsAborted, Is.True);
    }

    /// <summary>A connection that only notes that it was dropped.</summary>
    private sealed class Accepted(string id = "") : DefaultConnectionContext(id)
    {
        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
