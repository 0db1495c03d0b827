using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Challenges of WAMP-CRA that are answered wrongly, or never, from many addresses, for a user that exists and for others, while that user logs in from elsewhere.</summary>
internal sealed partial class WrongSignatures() : Attack("wrong signatures", memoryBound: 64)
{
    private const int Connections = 50;
    private const int LargeExtra = 16_000;

    /// <summary>What an honest login may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The same on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan PatienceOfBusy = TimeSpan.FromSeconds(9);

    private static readonly string[] Garbage = ["", "a guess", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", new string('A', 60_000)];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var guessing = FromManyAsync(Connections, number => GuessAsync(router, number, over));
        while (!over.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            using var honest = await HostileSocket.UpgradeAsync(router);
            var challenge = await BeginAsync(honest, HostileRealm.Signer, 1);
            await AnswerAsync(honest, Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(HostileRealm.SignersSecret), Encoding.UTF8.GetBytes(challenge))));
            Assert.That(await honest.ReceiveAsync(CancellationToken.None), Does.StartWith("[2,"), "an honest login");
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(scale == 1 ? PatienceOfBusy : Patience), "an honest login");
        }

        await guessing;
    }

    private static async Task GuessAsync(Uri router, int number, CancellationToken over)
    {
        var from = new IPAddress([127, 0, 1, (byte)(number + 1)]);
        for (var i = number; !over.IsCancellationRequested; i++)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.UpgradeAsync(router, from: from);
                await BeginAsync(socket, i % 2 == 0 ? HostileRealm.Signer : $"nobody{i}", i % 3 == 0 ? LargeExtra : 1);
                if (i % 5 == 0)
                {
                    return;     // half a login
                }

                await AnswerAsync(socket, Garbage[i % Garbage.Length]);
                if (i % 7 != 0)
                {
                    await socket.ReceiveAsync(over);
                }
            });
        }
    }

    /// <summary>The challenge that is to be signed.</summary>
    private static async Task<string> BeginAsync(HostileSocket socket, string user, int extraBytes)
    {
        await socket.SendAsync(HostileSocket.Hello(HostileRealm.Name, $$"""
            "authmethods":["wampcra"],"authid":"{{user}}","authextra":{"x":"{{new string('x', extraBytes)}}"}
            """.Trim()));
        var answer = await socket.ReceiveAsync() ?? throw new HostileRefusedException("no CHALLENGE");
        return Challenge().Match(answer) is { Success: true } found ? Regex.Unescape(found.Groups[1].Value) : throw new HostileRefusedException(answer);
    }

    private static Task AnswerAsync(HostileSocket socket, string signature) => socket.SendAsync($$"""[5,"{{signature}}",{}]""");

    [GeneratedRegex(@"""challenge"":""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Challenge();
}
