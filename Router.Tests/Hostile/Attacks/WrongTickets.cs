using System.Diagnostics;
using System.Net;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Wrong tickets from many addresses, for a user that exists and for others, while that user logs in from elsewhere.</summary>
internal sealed class WrongTickets() : Attack("wrong tickets", memoryBound: 64)
{
    private const int Connections = 50;

    /// <summary>What an honest login may take. A check itself takes about a tenth of a second of one core.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The same on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan PatienceOfBusy = TimeSpan.FromSeconds(9);

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var guessing = FromManyAsync(Connections, number => GuessAsync(router, number, over));
        while (!over.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            using var honest = await HostileSocket.UpgradeAsync(router);
            await LoginAsync(honest, HostileRealm.User, HostileRealm.Ticket);
            Assert.That(await honest.ReceiveAsync(CancellationToken.None), Does.StartWith("[2,"), "an honest login");
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(scale == 1 ? PatienceOfBusy : Patience), "an honest login");
        }

        await guessing;
    }

    private static async Task GuessAsync(Uri router, int number, CancellationToken over)
    {
        var from = new IPAddress([127, 0, 1, (byte)(number + 1)]);
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.UpgradeAsync(router, from: from);
                await LoginAsync(socket, number % 2 == 0 ? HostileRealm.User : "nobody", "a guess");
                if (number % 3 != 0)
                {
                    await socket.ReceiveAsync(over);
                }
            });
        }
    }

    private static async Task LoginAsync(HostileSocket socket, string user, string ticket)
    {
        await socket.SendAsync(HostileSocket.Hello(HostileRealm.Name, $$"""
            "authmethods":["ticket"],"authid":"{{user}}"
            """.Trim()));
        await socket.ReceiveAsync();
        await socket.SendAsync($$"""[5,"{{ticket}}",{}]""");
    }
}
