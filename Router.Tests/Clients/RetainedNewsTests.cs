using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What the router keeps is asked for anew in every session: a reader gets it again only where it is news, and what is remembered for that is bounded.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RetainedNewsTests
{
    /// <summary>So many topics of a pattern are remembered.</summary>
    private const int MostTopics = 1024;

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly Received _received = new();
    private JoinedClient _joined = null!;
    private ScriptedPeer _peer = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _joined = await JoinedClient.JoinAsync(WampSerializer.Json, _time, new WampReconnectPolicy { InitialDelay = Delay });
        _peer = _joined.Peer;
    }

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Retained_AgainInTheNextSession_IsGivenWhereItIsNews()
    {
        await SubscribeAsync(wantsRetained: true);
        await SendAsync("com.a", 1);
        await SendAsync("com.b", 1);
        await SendAsync("com.c", 3, "{\"topic\":\"com.c\"}");

        await ComeBackAsync();
        await SendAsync("com.a", 1);
        await SendAsync("com.b", 2);
        await SendAsync("com.c", 3);
        await SendAsync("com.c", 3, "{\"topic\":\"com.c\"}");
        await SendAsync("com.d", 9);

        await _received.ReachAsync(6);
        Assert.That(_received.Publications, Is.EqualTo(new[] { 1, 1, 3, 2, 3, 9 }), "what is not kept comes as often as the router sends it");
    }

    [TestCase(MostTopics, 0)]
    [TestCase(MostTopics + 1, MostTopics + 1)]
    public async Task Retained_OfManyTopics_ComesTwiceOnlyBeyondWhatIsRemembered(int topics, int twice)
    {
        await SubscribeAsync(wantsRetained: true);
        await SendManyAsync(topics);
        await _received.ReachAsync(topics);

        await ComeBackAsync();
        await SendManyAsync(topics);
        await SendAsync("com.last", 9);

        await _received.ReachAsync(topics + twice + 1);
        Assert.That(_received.Count, Is.EqualTo(topics + twice + 1));
        Assert.That(_received.Publications[^1], Is.EqualTo(9));
    }

    private async Task SubscribeAsync(bool wantsRetained)
    {
        var options = new WampSubscribeOptions { Match = WampMatch.Prefix, GetRetained = wantsRetained, BufferSize = 4 * MostTopics };
        await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com", _received.Add, options));
    }

    private async Task SendManyAsync(int topics)
    {
        for (var i = 0; i < topics; i++)
        {
            await SendAsync($"com.t{i}", 100 + i);
        }
    }

    private Task SendAsync(string topic, int publication, string? details = null) =>
        _peer.SendAsync($"[36,501,{publication},{details ?? $"{{\"topic\":\"{topic}\",\"retained\":true}}"}]");

    private async Task ComeBackAsync()
    {
        var lost = new TaskCompletionSource();
        _joined.Client.StateChanged += (_, e) => _ = e.Current == WampClientState.Reconnecting && lost.TrySetResult();
        await _peer.CloseAsync();
        await lost.Task.Soon();
        await _time.WhenWaitedForAsync(Delay).Soon();
        _time.Advance(Delay);
        _peer = await _joined.Router.WelcomeAsync();
        await _peer.AnswerAsync("[33,$,501]");
    }
}
