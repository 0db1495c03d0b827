using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A history that the router gives in parts.</summary>
public sealed class HistoryPagesTests
{
    private const string Forgotten = """[8,48,$,{},"wamp.error.invalid_argument",["after_publication names an event that is not in this history"]]""";

    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task GetEventsAsync_RouterGivesAPart_AsksForTheRestBehindIt()
    {
        var reading = ReadAsync(new WampHistoryQuery { FromPublication = 11, UntilPublication = 14, Limit = 10 });

        await _joined.Peer.AnswerAsync(Page("""{"_more":true}""", 11, 12));
        var second = await _joined.Peer.AnswerAsync(Page("""{"_more":true}""", 13));
        await _joined.Peer.AnswerAsync(Page("{}", 14));

        Assert.That(await reading.Soon(), Is.EqualTo(new[] { 11, 12, 13, 14 }));
        Assert.That(second, Does.Contain("\"after_publication\":12").And.Contain("\"until_publication\":14").And.Contain("\"limit\":8").And.Not.Contain("from_publication"));
    }

    [Test]
    public async Task GetEventsAsync_NewestFirst_AsksForTheRestBeforeIt()
    {
        var reading = ReadAsync(new WampHistoryQuery { Reverse = true, UntilPublication = 14 });

        await _joined.Peer.AnswerAsync(Page("""{"_more":true}""", 14, 13));
        var second = await _joined.Peer.AnswerAsync(Page("{}", 12));

        Assert.That(await reading.Soon(), Is.EqualTo(new[] { 14, 13, 12 }));
        Assert.That(second, Does.Contain("\"before_publication\":13").And.Not.Contain("until_publication").And.Not.Contain("limit"));
    }

    [Test]
    public async Task GetEventsAsync_AllThatWasAskedForIsThere_AsksNoMore()
    {
        var reading = ReadAsync(new WampHistoryQuery { Limit = 2 });

        await _joined.Peer.AnswerAsync(Page("""{"_more":true}""", 11, 12));

        Assert.That(await reading.Soon(), Is.EqualTo(new[] { 11, 12 }));
    }

    [Test]
    public async Task GetEventsAsync_LastEventIsForgottenMeanwhile_GoesOnWithWhatIsLeft()
    {
        var reading = ReadAsync(new WampHistoryQuery());

        await _joined.Peer.AnswerAsync(Page("""{"_more":true}""", 11));
        await _joined.Peer.AnswerAsync(Forgotten);
        var third = await _joined.Peer.AnswerAsync(Page("{}", 15));

        Assert.That(await reading.Soon(), Is.EqualTo(new[] { 11, 15 }));
        Assert.That(third, Does.Not.Contain("_publication"));
    }

    [Test]
    public async Task GetEventsAsync_LastEventIsForgottenNewestFirst_HasAllThatIsLeft()
    {
        var reading = ReadAsync(new WampHistoryQuery { Reverse = true });

        await _joined.Peer.AnswerAsync(Page("""{"_more":true}""", 11));
        await _joined.Peer.AnswerAsync(Forgotten);

        Assert.That(await reading.Soon(), Is.EqualTo(new[] { 11 }));
    }

    [Test]
    public async Task GetEventsAsync_RefusedAtOnce_Fails()
    {
        var reading = ReadAsync(new WampHistoryQuery { AfterPublication = 4711 });

        await _joined.Peer.AnswerAsync(Forgotten);

        Assert.That(async () => await reading.Soon(), Throws.TypeOf<WampException>());
    }

    private async Task<IEnumerable<long>> ReadAsync(WampHistoryQuery query)
    {
        var reading = _joined.Client.GetEventsAsync("com.topic", query);
        await _joined.Peer.AnswerAsync("[50,$,{},[1]]");
        return (await reading).Select(stored => stored.Event.PublicationId);
    }

    private static string Page(string details, params long[] publications) => $"[50,$,{details},[[{string.Join(',', publications.Select(Stored))}]]]";

    private static string Stored(long publication) =>
        """{"timestamp":"2026-01-01T00:00:00Z","subscription":1,"publication":#,"details":{}}""".Replace("#", $"{publication}", StringComparison.Ordinal);
}
