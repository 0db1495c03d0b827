using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms;

/// <summary>
/// Several threads, each with sessions of its own, at the same time: an extra next to <see cref="OrderingTests"/>, which prove the order rules one by one.
/// </summary>
public sealed class ConcurrencyTests
{
    private const int Threads = 4;
    private const int Rounds = 2_000;

    [Test]
    public async Task Publish_ManyPublishersWhileOthersComeAndGo_EverySteadySubscriberGetsEveryEventInOrder()
    {
        using var router = new TestRouter();
        var steady = Enumerable.Range(0, 3).Select(_ => router.Join().Send("""[32,1,{},"com.a"]""").Send("""[32,2,{},"com.b"]""")).ToList();
        steady.ForEach(peer => peer.Take());

        await InParallelAsync(thread =>
        {
            var publisher = router.Join();
            for (var i = 1; i <= Rounds; i++)
            {
                publisher.Send($$"""[16,{{i}},{},"com.{{(i % 2 == 0 ? 'a' : 'b')}}",[{{thread}},{{i}}]]""");
                if (i % 10 == 0)
                {
                    router.Join().Send("""[32,1,{},"com.a"]""").Disconnect();
                }
            }
        });

        foreach (var peer in steady)
        {
            var byPublisher = peer.Take()
                .Select(message => message[(message.LastIndexOf('[') + 1)..].TrimEnd(']').Split(','))
                .ToLookup(pair => pair[0], pair => int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));
            Assert.That(byPublisher, Has.Count.EqualTo(Threads));
            Assert.That(byPublisher, Is.All.EqualTo(Enumerable.Range(1, Rounds)));
        }
    }

    [Test]
    public async Task Call_ManyCallersOfOneCallee_InvocationIdsAreEnqueuedInSequenceAndEveryCallIsAnsweredOnce()
    {
        using var router = new TestRouter();
        var callee = router.Join().Send("""[64,1,{},"com.procedure"]""");
        callee.Take();
        var callers = Enumerable.Range(0, Threads).Select(_ => router.Join()).ToList();

        await InParallelAsync(thread =>
        {
            for (var i = 1; i <= Rounds; i++)
            {
                callers[thread].Send($$"""[48,{{i}},{},"com.procedure",[{{thread}},{{i}}]]""");
            }
        });

        var invocations = callee.Take();
        Assert.That(invocations.Select(message => int.Parse(message.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(Enumerable.Range(1, Threads * Rounds)));
        for (var id = 1; id <= invocations.Count; id++)
        {
            callee.Send($$"""[70,{{id}},{},[{{id}}]]""");
        }

        Assert.That(callers.Select(caller => caller.Take().Count), Is.All.EqualTo(Rounds));
        Assert.That(router.Live.PendingCalls, Is.Zero);
    }

    [Test]
    public async Task Call_CalleesComeAndGo_EveryCallIsAnsweredExactlyOnce()
    {
        using var router = new TestRouter();
        using var stop = new CancellationTokenSource();
        var churn = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var callee = router.Join().Send("""[64,1,{},"com.procedure"]""");
                callee.Send("""[70,1,{},[]]""");
                callee.Disconnect();
            }
        });

        var callers = Enumerable.Range(0, Threads).Select(_ => router.Join()).ToList();
        await InParallelAsync(thread =>
        {
            for (var i = 1; i <= Rounds; i++)
            {
                callers[thread].Send($$"""[48,{{i}},{},"com.procedure"]""");
            }
        });
        await stop.CancelAsync();
        await churn.Soon();

        foreach (var caller in callers)
        {
            var answered = caller.Take().Select(message => message.Split(',')[message.StartsWith("[8,", StringComparison.Ordinal) ? 2 : 1]);
            Assert.That(answered.Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)).Order(), Is.EqualTo(Enumerable.Range(1, Rounds)));
        }
    }

    [Test]
    public async Task Subscribe_WhileOthersPublishRetained_EachTopicStartsAnywhereAndGoesOnWithoutGapOrRepetition()
    {
        using var router = new TestRouter();
        var joined = new System.Collections.Concurrent.ConcurrentBag<TestPeer>();
        await InParallelAsync(thread =>
        {
            var publisher = router.Join();
            for (var i = 1; i <= Rounds; i++)
            {
                publisher.Send($$"""[16,{{i}},{"retain":true},"com.t{{thread}}",[{{thread}},{{i}}]]""");
                if (i % 100 == 0)
                {
                    var options = i % 200 == 0 ? """{"get_retained":true,"match":"prefix"}""" : """{"get_retained":true}""";
                    joined.Add(router.Join().Send($$"""[32,1,{{options}},"com.t{{(i % 200 == 0 ? "" : (thread + 1) % Threads)}}"]"""));
                }
            }
        });

        foreach (var peer in joined)
        {
            var byTopic = peer.Take().Skip(1)
                .Select(message => message[(message.LastIndexOf('[') + 1)..].TrimEnd(']').Split(','))
                .ToLookup(pair => pair[0], pair => int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));
            foreach (var numbers in byTopic)
            {
                Assert.That(numbers, Is.EqualTo(Enumerable.Range(numbers.First(), Rounds - numbers.First() + 1)));
            }
        }
    }

    private static Task InParallelAsync(Action<int> body) =>
        Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(() => body(thread), TaskCreationOptions.LongRunning))).Soon();
}
