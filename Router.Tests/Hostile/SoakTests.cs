using System.Globalization;
using WampRouter.Client;
using WampRouter.Tests.EndToEnd;

namespace WampRouter.Tests.Hostile;

/// <summary>
/// The executable at work for twenty minutes, with clients that come, do what clients do, and go, some of them without a word. Its memory must stay flat: the last five
/// minutes within 3 % of the five before. <c>WAMP_SOAK_MINUTES</c> makes it shorter, for trying it out.
/// </summary>
[Category("EndToEnd")]
[Category("Long")]
public sealed class SoakTests
{
    private const int Workers = 12;
    private const int MostTopics = 2_000;
    private const double Flat = 0.03;

    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    [Test]
    public async Task Soak_ClientsComeAndGo_MemoryIsFlatAndNothingIsLost()
    {
        var minutes = int.Parse(Environment.GetEnvironmentVariable("WAMP_SOAK_MINUTES") ?? "20", CultureInfo.InvariantCulture);
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}, {minutes} minutes");
        await using var process = await RouterProcess.StartAsync(RouterBuild.NativeAot, HostileRealm.WriteTo);
        await using var honest = await Bystanders.StartAsync(() => process.JoinAsync(HostileRealm.Name));

        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        var work = Enumerable.Range(0, Workers).Select(number => Task.Run(() => WorkAsync(process, new Random(seed + number), over.Token), CancellationToken.None)).ToArray();
        var samples = new List<long>();
        while (!over.IsCancellationRequested)
        {
            samples.Add(process.ResidentBytes);
            await Task.Delay(Glance, TimeProvider.System, CancellationToken.None);
        }

        await Task.WhenAll(work);
        await honest.EndAsync();
        var quarter = samples.Count / 4;
        var (before, last) = (samples.TakeLast(2 * quarter).Take(quarter).Average(), samples.TakeLast(quarter).Average());
        TestContext.Out.WriteLine(FormattableString.Invariant($"{samples[0] / Siege.Mebibyte} MiB at the start, {before / Siege.Mebibyte:0.0} in the last quarter but one, {last / Siege.Mebibyte:0.0} in the last"));
        Assert.That(last, Is.LessThan(before * (1 + Flat)), "memory in the last quarter, against the quarter before");
        process.Terminate();
        Assert.That(await process.ExitAsync(), Is.Zero, "exit code");
    }

    /// <summary>One client after the other.</summary>
    private static async Task WorkAsync(RouterProcess router, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var serializer = (WampSerializer)random.Next(3);
            await using var client = await router.JoinAsync(HostileRealm.Name, serializer: serializer);
            for (var steps = random.Next(5, 200); steps > 0 && !over.IsCancellationRequested; steps--)
            {
                await StepAsync(client, random);
            }
        }
    }

    private static async Task StepAsync(WampClient client, Random random)
    {
        var topic = $"com.soak.{(random.Next(10) == 0 ? Guid.NewGuid().ToString("N") : random.Next(MostTopics))}";
        var text = new string('s', random.Next(20) == 0 ? 50_000 : random.Next(200));
        switch (random.Next(8))
        {
            case 0:
                await client.SubscribeAsync(topic, _ => { }, new WampSubscribeOptions { GetRetained = random.Next(2) == 0 });
                break;
            case 1:
                await client.SubscribeAsync(topic[..random.Next(9, topic.Length)], _ => { }, new WampSubscribeOptions { Match = WampMatch.Prefix });
                break;
            case 2:
                await client.PublishAsync(topic, [text], new WampPublishOptions { Retain = random.Next(4) == 0 });
                break;
            case 3:
                await client.PublishAcknowledgedAsync(HostileRealm.History + random.Next(10), [text]);
                break;
            case 4:
                await using (await client.RegisterAsync($"com.soak.{Guid.NewGuid():N}", (string given) => given.Length))
                {
                }

                break;
            case 5:
                await client.AddTestamentAsync(topic, [text]);
                break;
            case 6:
                await client.GetEventsAsync(HostileRealm.History, new WampHistoryQuery { Match = WampMatch.Prefix, Limit = 10 });
                break;
            default:
                await CallSomethingUnknownAsync(client, topic);
                break;
        }
    }

    private static async Task CallSomethingUnknownAsync(WampClient client, string procedure)
    {
        try
        {
            await client.CallAsync(procedure);
        }
        catch (WampException)
        {
            // It is in nobody's table, only in the router's memory of URIs.
        }
    }
}
