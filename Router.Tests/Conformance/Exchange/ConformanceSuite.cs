using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>
/// Rules of the specification, shown on the real router: every test runs over every transport and in every serializer, on a router of its own. A suite derives from
/// this and is a <c>[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]</c>; its tests say with <see cref="ShowsAttribute"/> what they show.
/// </summary>
internal abstract class ConformanceSuite(Way way, WireFormat format)
{
    private readonly List<Peer> _peers = [];
    private Bindings _bindings = null!;

    /// <summary>Long-poll brings its messages to the same connection as every transport, in the same frames whatever the serializer is: once with batches and once without is enough, and its requests take their time.</summary>
    public static IEnumerable<TestFixtureData> Everywhere =>
        from way in Enum.GetValues<Way>()
        from format in Enum.GetValues<WireFormat>()
        where way switch { Way.LongPoll => format is WireFormat.Json, Way.BatchedLongPoll => format is WireFormat.Cbor, _ => true }
        select new TestFixtureData(way, format);

    /// <summary>All but RawSocket, where a message that is longer than the handshake has said must end the connection.</summary>
    public static IEnumerable<TestFixtureData> WhereTooLargeIsReadPast => Everywhere.Where(static data => data.Arguments[0] is not Way.RawSocket);

    /// <summary>The open realm; a suite may want it otherwise.</summary>
    protected virtual RealmSettings Realm => ConformanceRouter.Open;

    /// <summary>How strictly request ids are taken in the open realm. Tests of other things may number as they like.</summary>
    protected virtual RequestIdCheck RequestIds => RequestIdCheck.Off;

    protected ConformanceRouter Router { get; private set; } = null!;

    protected WireFormat Format => format;

    [SetUp]
    public async Task StartAsync()
    {
        _bindings = new Bindings();
        Router = await ConformanceRouter.StartAsync(Realm, RequestIds);
    }

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync().Soon();
        }

        _peers.Clear();
        await Router.DisposeAsync().Soon();
    }

    /// <summary>A connected peer that has not said HELLO.</summary>
    protected Task<Peer> ConnectAsync() => ConnectAsync(format);

    /// <summary>The same, in a serializer of its own.</summary>
    protected async Task<Peer> ConnectAsync(WireFormat itsFormat)
    {
        var peer = new Peer(await Router.ConnectAsync(way, itsFormat), itsFormat, _bindings);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A member of the open realm; its session id is <c>$<paramref name="name"/></c>.</summary>
    protected async Task<Peer> JoinAsync(string name, string details = Peer.EveryFeature) => await (await ConnectAsync()).JoinAsync(name, details);

    /// <summary>A member of the realm of tickets; its session id is <c>$<paramref name="authId"/></c>.</summary>
    protected async Task<Peer> LogInAsync(string authId) => await (await ConnectAsync()).LogInAsync(authId, authId);

    /// <summary>The text a name stands for.</summary>
    protected string Text(string name) => (string)_bindings[name]!;

    /// <summary>The id a name stands for.</summary>
    protected long Id(string name) => Convert.ToInt64(_bindings[name], System.Globalization.CultureInfo.InvariantCulture);
}
