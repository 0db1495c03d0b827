using System.Globalization;
using WampRouter.Tests.Hostile.Attacks;

namespace WampRouter.Tests.Hostile;

/// <summary>
/// The executable under attack, with honest clients beside the attacker. Memory stays below the attack's bound, the honest lose nothing and are answered, the log stays
/// small, the process comes to rest again, and it ends in an orderly way. What was seen goes to <c>artifacts/hostile</c>, for the table in docs/limits.md.
/// </summary>
[Category("EndToEnd")]
public sealed class HostileTests
{
    private const long MostLogBytes = 1024 * 1024;
    private const int FullScale = 10;
    private const int Calls = 200;

    /// <summary>What an honest call may take at most while a test of some seconds goes on, on a machine that is busy with other tests too.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(2);

    /// <summary>What nobody notices, where the attacker and the honest share two cores with the router.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan UntilRest = TimeSpan.FromMinutes(1);

    private static IEnumerable<Attack> Attacks => AttackCatalog.All;

    /// <summary>All pairs, or every so many of them from one on: <c>WAMP_PAIRS=2/5</c> is the third, the eighth…, for a part of the hour that all take.</summary>
    private static IEnumerable<(Attack One, Attack Other)> Pairs
    {
        get
        {
            var part = (Environment.GetEnvironmentVariable("WAMP_PAIRS") ?? "0/1").Split('/').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            return AttackCatalog.All.SelectMany((one, index) => AttackCatalog.All.Skip(index + 1).Select(other => (one, other)))
                .Where(pair => pair.one.OpenFiles + pair.other.OpenFiles == 0)
                .Where((_, index) => index % part[1] == part[0]);
        }
    }

    [TestCaseSource(nameof(Attacks))]
    public async Task Attack_OfSomeSeconds_CostsNobodyElseAnything(Attack attack)
    {
        var seen = await RunAsync([attack], scale: 1, Short);
        Assert.That(seen.SlowestCall, Is.LessThan(Noticed), "the slowest of 99 of 100 honest calls");
    }

    [TestCaseSource(nameof(Attacks))]
    [Category("Long")]
    public async Task Attack_InFull_CostsNobodyElseAnything(Attack attack)
    {
        var seen = await RunAsync([attack], FullScale, Long);
        HostileReport.Add(seen);
        Assert.That(seen.SlowestCall, Is.LessThan(3 * seen.SlowestCallBefore).Or.LessThan(Unnoticed), "the slowest of 99 of 100 honest calls");
    }

    [TestCaseSource(nameof(Pairs))]
    [Category("Long")]
    public async Task Attack_TwoTogether_CostNobodyElseAnything((Attack One, Attack Other) both)
    {
        var seen = await RunAsync([both.One, both.Other], scale: 1, Short);
        Assert.That(seen.SlowestCall, Is.LessThan(Noticed), "the slowest of 99 of 100 honest calls");
    }

    private static async Task<Siege> RunAsync(Attack[] attacks, int scale, TimeSpan time)
    {
        await using var router = await HostileRouter.StartAsync(attacks);
        await using var honest = await router.SendBystandersAsync();
        var before = await MeasureAsync(honest);
        var rest = router.ResidentBytes;
        router.ForgetPeak();

        using (var over = new CancellationTokenSource(time))
        {
            try
            {
                await Task.WhenAll(attacks.Select(attack => attack.RunInTimeAsync(router.WebSocket, scale, over.Token)));
            }
            finally
            {
                await over.CancelAsync();       // of an attack that has failed, the rest would go on beside all that follow
            }
        }

        await honest.CallsAsync(1);     // the one that waited meanwhile counts too
        var seen = new Siege
        {
            Attack = string.Join(" + ", attacks.Select(attack => attack.Name)),
            BoundMebibytes = attacks.Sum(attack => attack.MemoryBound),
            GrownBytes = router.PeakBytes - rest,
            SlowestCallBefore = before,
            SlowestCall = honest.TakeSlowest(),
            LogBytes = router.PrintedBytes,
        };
        TestContext.Out.WriteLine(seen);
        await honest.EndAsync();
        Assert.That(seen.GrownBytes / Siege.Mebibyte, Is.LessThan(seen.BoundMebibytes), "MiB that the process has grown by");
        Assert.That(seen.LogBytes, Is.LessThan(MostLogBytes), "bytes of the log");
        if (scale == FullScale)
        {
            seen.RestBytes = await router.ComeToRestAsync(rest + (attacks.Sum(attack => attack.Stays) * Siege.Mebibyte), UntilRest) - rest;
        }

        Assert.That(await router.StopAsync(), Is.Zero, "exit code");
        return seen;
    }

    /// <summary>What the honest clients see when they are alone.</summary>
    private static async Task<TimeSpan> MeasureAsync(Bystanders honest)
    {
        await honest.CallsAsync(Calls);
        honest.TakeSlowest();
        await honest.CallsAsync(Calls);
        return honest.TakeSlowest();
    }
}

/// <summary>What came of one attack, or several at once.</summary>
internal sealed record Siege
{
    public const long Mebibyte = 1024 * 1024;

    public required string Attack { get; init; }

    /// <summary>What the process may grow by.</summary>
    public required int BoundMebibytes { get; init; }

    /// <summary>What it grew by.</summary>
    public required long GrownBytes { get; init; }

    /// <summary>What was left of that a minute later at most.</summary>
    public long RestBytes { get; set; }

    public required TimeSpan SlowestCallBefore { get; init; }

    public required TimeSpan SlowestCall { get; init; }

    public required long LogBytes { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Attack}: grew by {GrownBytes / Mebibyte} MiB (bound {BoundMebibytes}), p99 {SlowestCall.TotalMilliseconds:0.0} ms ({SlowestCallBefore.TotalMilliseconds:0.0} before), log {LogBytes} bytes");
}
