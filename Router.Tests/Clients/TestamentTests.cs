using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Testaments as they are on the wire.</summary>
internal sealed class TestamentTests
{
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task AddTestamentAsync_NothingGiven_IsAnEventWithoutArgumentsForTheEndOfTheSession()
    {
        var adding = _joined.Client.AddTestamentAsync("com.example.gone");

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo(
            """[48,1,{},"wamp.session.add_testament",["com.example.gone"],{"publish_options":{},"scope":"destroyed"}]"""));
        await adding.Soon();
    }

    [Test]
    public async Task AddTestamentAsync_EverythingGiven_IsSent()
    {
        var adding = _joined.Client.AddTestamentAsync(
            "com.example.gone", new WampPayload { 1, { "why", "lost" } }, new WampPublishOptions { Retain = true, Exclude = [7] }, WampTestamentScope.Detached);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo(
            """[48,1,{},"wamp.session.add_testament",["com.example.gone",[1],{"why":"lost"}],{"publish_options":{"retain":true,"exclude":[7]},"scope":"detached"}]"""));
        await adding.Soon();
    }

    [TestCase(WampTestamentScope.Destroyed, "destroyed")]
    [TestCase(WampTestamentScope.Detached, "detached")]
    public async Task FlushTestamentsAsync_OneScope_NamesIt(WampTestamentScope scope, string name)
    {
        var flushing = _joined.Client.FlushTestamentsAsync(scope);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[1]]"), Is.EqualTo($$"""[48,1,{},"wamp.session.flush_testaments",[],{"scope":"{{name}}"}]"""));
        await flushing.Soon();
    }

    [Test]
    public void Scope_ThatDoesNotExist_IsRefused()
    {
        const WampTestamentScope none = (WampTestamentScope)2;

        Assert.That(() => _joined.Client.AddTestamentAsync("com.example.gone", scope: none), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _joined.Client.FlushTestamentsAsync(none), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
