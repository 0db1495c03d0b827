using System.Buffers.Text;
using System.Security.Cryptography;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Polls that are opened and forgotten, with the largest answers there may be, and guesses at those of others.</summary>
internal sealed class ForgottenPolls() : HttpAttack("polls that are opened and forgotten, and guessed", memoryBound: 256)
{
    private const int Connections = 8;
    private const int IdBytes = 16;
    private const int EventBytes = 100_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] Open = HostileHttp.Request("poll?topic=com.hostile.loud&wait=0.1");

    public override IReadOnlyList<string> Settings => [DeafSubscribers.Room, "--WampRouter:Transports:MaxConnections=2000", "--WampRouter:Transports:LongPollTimeout=00:00:02"];

    protected override async Task AttackAsync(Uri router, int scale, CancellationToken over)
    {
        var refused = 0;
        var polling = FromManyAsync(Connections, async number =>
        {
            while (!over.IsCancellationRequested)
            {
                await EndQuietlyAsync(async () =>
                {
                    using var http = await HostileHttp.ConnectAsync(router);
                    for (var status = 200; !over.IsCancellationRequested && status is 200 or 404;)
                    {
                        var isGuess = number % 2 == 0;
                        var guess = HostileHttp.Request($"poll?id={Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes))}&n=2");
                        (status, _) = await http.AskAsync(isGuess ? guess : Open, over);
                        Assert.That(status, isGuess ? Is.EqualTo(404) : Is.EqualTo(200).Or.EqualTo(503).Or.EqualTo(429));
                        refused += isGuess ? 1 : 0;
                    }
                });
                await Task.Delay(Pause, TimeProvider.System, over);
            }
        });
        using var publisher = await HostileSocket.JoinAsync(router);
        var @event = HostileSocket.Frame($$"""[16,1,{},"com.hostile.loud",["{{new string('x', EventBytes)}}"]]""");
        while (!over.IsCancellationRequested && await publisher.FloodAsync(@event, times: 1, over))
        {
            await EndQuietlyAsync(() => Task.Delay(Pause, TimeProvider.System, over));
        }

        await polling;
        Assert.That(refused, Is.Positive, "guesses");
    }
}
