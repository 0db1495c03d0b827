using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class TestamentTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const string Topic = "com.example.left";

    private WampClient _client = null!;
    private WampEventFeed _feed = null!;

    [SetUp]
    public async Task SubscribeAsync()
    {
        _client = await JoinAsync();
        _feed = await (await JoinAsync()).SubscribeAsync(Topic).Soon();
    }

    [Test]
    public async Task AddTestamentAsync_SessionEnds_IsPublishedAsLeft()
    {
        var session = _client.Session!.Id;
        await _client.AddTestamentAsync(Topic, new() { "bye", { "unit", "C" } }, new WampPublishOptions { DiscloseMe = true }).Soon();
        await _client.AddTestamentAsync(Topic, new WampPayload { new byte[] { 1, 2 } }.WithPassthru(new WampPassthru("x_mine"))).Soon();
        await _client.AddTestamentAsync(Topic).Soon();
        await _client.AddTestamentAsync(Topic, ["detached first"], scope: WampTestamentScope.Detached).Soon();

        await _client.DisposeAsync().Soon();

        Assert.That((await NextAsync(_feed)).Arguments.Get<string>(0), Is.EqualTo("detached first"));
        var message = await NextAsync(_feed);
        Assert.That((message.Arguments.Get<string>(0), message.Arguments.Get<string>("unit")), Is.EqualTo(("bye", "C")));
        Assert.That(message.Publisher.SessionId, Is.EqualTo(session));
        var sealedEvent = await NextAsync(_feed);
        Assert.That(sealedEvent.Arguments.Passthru, Is.EqualTo(new WampPassthru("x_mine")));
        Assert.That(sealedEvent.Arguments.Get<byte[]>(0), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That((await NextAsync(_feed)).Arguments.Count, Is.Zero);
    }

    [Test]
    public async Task AddTestamentAsync_ReceivedArguments_ArePassedOn()
    {
        var other = await JoinAsync();
        await other.PublishAsync(Topic, new() { 7, { "name", "x" } }).Soon();
        var received = (await NextAsync(_feed)).Arguments;

        await _client.AddTestamentAsync(Topic, received).Soon();
        await _client.DisposeAsync().Soon();

        var message = await NextAsync(_feed);
        Assert.That((message.Arguments.Get<int>(0), message.Arguments.Get<string>("name")), Is.EqualTo((7, "x")));
    }

    [Test]
    public async Task FlushTestamentsAsync_OneScope_LeavesTheOther()
    {
        await _client.AddTestamentAsync(Topic, ["destroyed"]).Soon();
        await _client.AddTestamentAsync(Topic, ["detached"], scope: WampTestamentScope.Detached).Soon();

        await _client.FlushTestamentsAsync(WampTestamentScope.Detached).Soon();
        await _client.DisposeAsync().Soon();

        Assert.That((await NextAsync(_feed)).Arguments.Get<string>(0), Is.EqualTo("destroyed"));
    }

    [Test]
    public void AddTestamentAsync_MayNotBePublished_IsRefusedAtOnce() =>
        Assert.That(ErrorOf(() => _client.AddTestamentAsync("wamp.reserved")).ErrorUri, Does.StartWith("wamp.error."));
}
