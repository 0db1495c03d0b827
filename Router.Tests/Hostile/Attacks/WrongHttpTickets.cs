using System.Diagnostics;
using System.Net;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Wrong tickets over plain HTTP from many connections and addresses, for a user that exists and for others, while that user logs in from elsewhere.</summary>
internal sealed class WrongHttpTickets() : HttpAttack("wrong tickets over HTTP", memoryBound: 96)
{
    private const int Connections = 50;

    private static readonly byte[] Ask = HostileHttp.Request("call", """{"procedure":"wamp.session.count"}""", HostileHttp.Authorization(HostileRealm.User, HostileRealm.Ticket));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(9);

    protected override async Task AttackAsync(Uri router, int scale, CancellationToken over)
    {
        var guessed = 0;
        var guessing = FromManyAsync(Connections, async number =>
        {
            var guess = HostileHttp.Request("publish", """{"topic":"com.hostile.guess"}""", HostileHttp.Authorization(number % 2 == 0 ? HostileRealm.User : "nobody", "a guess"));
            while (!over.IsCancellationRequested)
            {
                await EndQuietlyAsync(async () =>
                {
                    using var http = await HostileHttp.ConnectAsync(router, from: new IPAddress([127, 0, 2, (byte)(number + 1)]));
                    while (!over.IsCancellationRequested)
                    {
                        Assert.That((await http.AskAsync(guess, over)).Status, Is.EqualTo(401).Or.EqualTo(503).Or.EqualTo(429), "the answer to a guess");
                        Interlocked.Increment(ref guessed);
                    }
                });
            }
        });
        while (!over.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            using var honest = await HostileHttp.ConnectAsync(router);
            Assert.That((await honest.AskAsync(Ask, CancellationToken.None)).Status, Is.EqualTo(200), "an honest login");
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), "an honest login");
        }

        await guessing;
        Assert.That(guessed, Is.Positive, "guesses");
    }
}
