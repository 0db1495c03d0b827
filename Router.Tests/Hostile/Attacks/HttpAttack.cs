using System.Text;
using System.Text.Json;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>An attack over plain HTTP, beside somebody honest who has no other way: he publishes, calls and polls all the time, and is answered.</summary>
/// <param name="name">As the table in docs/limits.md calls it.</param>
/// <param name="memoryBound">As for any attack.</param>
internal abstract class HttpAttack(string name, int memoryBound) : Attack(name, memoryBound)
{
    private const string Topic = "com.honest.http";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <inheritdoc />
    internal sealed override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{router.Authority}/api/{HostileRealm.Name}/") };
        var opened = await AskAsync(http, HttpMethod.Get, $"poll?topic={Topic}&wait=0", null);
        await PublishAsync(http, 0);
        var attack = AttackAsync(router, scale, over);
        var (next, last, got) = (opened.GetProperty("next").GetString()!, 0, -1);
        while (!over.IsCancellationRequested)
        {
            await PublishAsync(http, ++last);
            var answer = await AskAsync(http, HttpMethod.Get, $"{next}&wait=1", null);
            next = answer.GetProperty("next").GetString()!;
            foreach (var item in answer.GetProperty("events").EnumerateArray())
            {
                Assert.That(item.GetProperty("args")[0].GetInt32(), Is.EqualTo(++got), "an event of somebody honest");
            }

            var result = await AskAsync(http, HttpMethod.Post, "call", """{"procedure":"com.bystanders.echo","args":[7]}""");
            Assert.That(result.GetProperty("args")[0].GetInt32(), Is.EqualTo(7), "a call of somebody honest");
            await EndQuietlyAsync(() => Task.Delay(Pause, TimeProvider.System, over));
        }

        Assert.That(got, Is.Positive, "events of somebody honest");
        await attack;
    }

    /// <summary>As <see cref="RunAsync"/>.</summary>
    protected abstract Task AttackAsync(Uri router, int scale, CancellationToken over);

    private static async Task PublishAsync(HttpClient http, int number) => await AskAsync(http, HttpMethod.Post, "publish", $$"""{"topic":"{{Topic}}","args":[{{number}}]}""");

    private static async Task<JsonElement> AskAsync(HttpClient http, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await http.SendAsync(request).Soon();
        var text = await response.Content.ReadAsStringAsync().Soon();
        Assert.That((int)response.StatusCode, Is.EqualTo(200), $"{path}: {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
