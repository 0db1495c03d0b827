using System.Buffers.Text;
using System.Security.Cryptography;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Guesses at the long-poll transports of others, to read, to send and to close. Whoever guesses right is the client.</summary>
internal sealed class GuessedTransports() : Attack("guessed ids of long-poll transports", memoryBound: 96)
{
    private const int Connections = 8;
    private const int IdBytes = 16;

    private static readonly string[] Actions = ["receive", "send", "close"];

    public override Way HonestWay => Way.LongPoll;

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var refused = 0;
        await FromManyAsync(Connections, async number =>
        {
            using var poll = await HostilePoll.ConnectAsync(router);
            for (var i = number; !over.IsCancellationRequested; i++)
            {
                var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
                var (status, _) = await poll.AskAsync($"{id}/{Actions[i % Actions.Length]}", """[16,1,{},"com.hostile.guessed"]""", over);
                Assert.That(status, Is.EqualTo(404), "the answer to a guess");
                Interlocked.Increment(ref refused);
            }
        });
        Assert.That(refused, Is.Positive, "guesses");
    }
}
