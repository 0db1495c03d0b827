using System.Net;
using System.Text.Json;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Guesses at the sessions of others, while an honest client resumes its own.</summary>
internal sealed class WrongResumeTokens() : Attack("wrong resume tokens", memoryBound: 128)
{
    private const int Connections = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var guessing = FromManyAsync(Connections, async number =>
        {
            // From an address of its own: whoever has no login is one with all others of his address.
            var from = new IPAddress([127, 0, 2, (byte)(number + 1)]);
            for (var guess = 1L; !over.IsCancellationRequested; guess++)
            {
                await EndQuietlyAsync(async () =>
                {
                    using var socket = await HostileSocket.UpgradeAsync(router, from: from);
                    await socket.JoinAsync(Resume((guess * Connections) + number, "a-guess"));
                });
            }
        });

        // A new session of the honest one each time: what was kept for it must not have been used up.
        while (!over.IsCancellationRequested)
        {
            ulong session;
            string token;
            using (var first = await HostileSocket.UpgradeAsync(router))
            {
                (session, token) = Terms(await first.JoinAsync("\"resumable\":true"));
            }

            using var second = await HostileSocket.UpgradeAsync(router);
            var (resumed, _) = Terms(await second.JoinAsync(Resume((long)session, token)));
            Assert.That(resumed, Is.EqualTo(session), "an honest client resumes its session");
            await second.SendAsync("""[6,{},"wamp.close.normal"]""");       // whoever leaves hundreds of sessions behind is no honest client
            await second.ReceiveAsync(CancellationToken.None);
            await EndQuietlyAsync(() => Task.Delay(Pause, TimeProvider.System, over));
        }

        await guessing;
    }

    private static string Resume(long session, string token) => $$"""
        "resumable":true,"resume-session":{{session}},"resume-token":"{{token}}"
        """.Trim();

    private static (ulong Session, string Token) Terms(string welcome)
    {
        using var message = JsonDocument.Parse(welcome);
        return (message.RootElement[1].GetUInt64(), message.RootElement[2].GetProperty("resume_token").GetString()!);
    }
}
