using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>What <c>kill -9</c> leaves behind.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class KillTests(RouterBuild build)
{
    private const int Publishers = 4;
    private const int AcknowledgedBeforeKill = 300;
    private const string Realm = "durable";

    private const string RealmFile = """
        {
          "name": "durable",
          "roles": [ { "name": "anonymous", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "publish": true, "subscribe": true } } ] } ],
          "authentication": { "anonymous": { "role": "anonymous" } },
          "history": [ { "uri": "com.example.log.", "match": "prefix", "store": "sqlite", "limit": 1000000 } ]
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _busy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _acknowledged;

    [Test]
    [Shows("history.persistent")]
    public async Task Kill_PublishersAtWork_WhatWasAcknowledgedIsInTheHistory()
    {
        var router = await RouterProcess.StartAsync(build, directory => File.WriteAllText(Path.Combine(directory, "config", "realms", $"{Realm}.json"), RealmFile));
        var publishing = Enumerable.Range(0, Publishers).Select(number => PublishUntilItBreaksAsync(router, number)).ToArray();
        await _busy.Task.WaitAsync(Patience);

        await using var next = await router.KillAndStartAgainAsync();
        var acknowledged = await Task.WhenAll(publishing).WaitAsync(Patience);

        await using var reader = await next.JoinAsync(Realm);
        var kept = await reader.GetEventsAsync("com.example.log.", new WampHistoryQuery { Match = WampMatch.Prefix }).WaitAsync(Patience);
        var byPublisher = kept.ToLookup(stored => stored.Event.Arguments.Get<int>(0), stored => stored.Event.Arguments.Get<int>(1));
        for (var number = 0; number < Publishers; number++)
        {
            // All that was acknowledged, in its order; at most the one under way may be there as well.
            Assert.That(byPublisher[number], Is.EqualTo(Enumerable.Range(0, acknowledged[number])).Or.EqualTo(Enumerable.Range(0, acknowledged[number] + 1)), $"publisher {number}");
        }
    }

    /// <summary>Publishes 0, 1, 2… one after the other; how many were acknowledged.</summary>
    private async Task<int> PublishUntilItBreaksAsync(RouterProcess router, int number)
    {
        await using var client = await router.JoinAsync(Realm);
        for (var i = 0; ; i++)
        {
            try
            {
                await client.PublishAcknowledgedAsync($"com.example.log.{number}", [number, i]);
            }
            catch (WampConnectionException)
            {
                return i;
            }

            if (Interlocked.Increment(ref _acknowledged) == AcknowledgedBeforeKill)
            {
                _busy.SetResult();
            }
        }
    }
}
