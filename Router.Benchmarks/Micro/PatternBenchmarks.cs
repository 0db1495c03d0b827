using BenchmarkDotNet.Attributes;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Realms.Settings;

namespace WampRouter.Benchmarks.Micro;

/// <summary>
/// What a message costs in a realm with many patterns: the whole way through the router, as in <see cref="RoutingBenchmarks"/>. Two patterns match
/// every topic, so two EVENTs go out for each PUBLISH, however many patterns there are. A URI named for the first time is looked up among
/// the patterns and gets an entry of its own, which is allocated; one named before is not looked up again while no pattern comes or goes.
/// </summary>
[MemoryDiagnoser]
public class PatternBenchmarks : IDisposable
{
    private const int Sessions = 100;

    /// <summary>As many URIs as stay known: a small table, so that what a new URI costs includes its share of the sweeps.</summary>
    private const int KnownUris = 10_000;

    private readonly MicroRealm _realm = new(new RealmLimits
    {
        MaxSubscriptionsPerSession = int.MaxValue,
        MaxRegistrationsPerSession = int.MaxValue,
        MaxCachedUris = KnownUris,
    });

    private readonly byte[] _payload = TestPayload.Create();
    private readonly byte[] _scratch = new byte[Dialect.MaxMessage];
    private PlantUris? _uris;
    private DiscardingConnection? _publisher;
    private DiscardingConnection? _caller;
    private DiscardingConnection? _callee;
    private uint _lastUri = 1;
    private uint _lastPublish;
    private uint _lastCall;

    /// <summary>Patterns subscribed to, and as many that are registered.</summary>
    [Params(10, 100_000)]
    public int Patterns { get; set; }

    [GlobalSetup]
    public void Join()
    {
        _uris = new PlantUris(Patterns);
        _publisher = _realm.Join();
        _caller = _realm.Join();
        _callee = _realm.Join();
        var subscribers = Enumerable.Range(0, Sessions).Select(_ => _realm.Join()).ToArray();
        Report("subscription", () => Add("[32,"u8, index => (subscribers[index % Sessions], (index / Sessions) + 1)));
        Report("registration", () => Add("[64,"u8, index => (_callee, index + 1)));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _realm.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>PUBLISH to a topic that was published to before.</summary>
    [Benchmark]
    public void PublishToKnownTopic() => Publish(uri: 1);

    /// <summary>PUBLISH to a topic nobody has named yet.</summary>
    [Benchmark]
    [BenchmarkCategory(MicroCommand.MayAllocate)]
    public void PublishToNewTopic() => Publish(++_lastUri);

    /// <summary>CALL to RESULT, of a procedure that was called before.</summary>
    [Benchmark]
    public void CallOfKnownProcedure() => Call(uri: 1);

    /// <summary>CALL to RESULT, of a procedure nobody has named yet.</summary>
    [Benchmark]
    [BenchmarkCategory(MicroCommand.MayAllocate)]
    public void CallOfNewProcedure() => Call(++_lastUri);

    private void Publish(uint uri)
    {
        var text = new Utf8Text(_scratch);
        text.Append("[16,"u8);
        text.Append(++_lastPublish);
        text.Append(",{},\""u8);
        WriteUriAndPayload(ref text, uri);
        _publisher!.Deliver(text.Written);
    }

    private void Call(uint uri)
    {
        var before = _caller!.SentBytes;
        var text = new Utf8Text(_scratch);
        text.Append("[48,"u8);
        text.Append(++_lastCall);
        text.Append(",{},\""u8);
        WriteUriAndPayload(ref text, uri);
        _caller.Deliver(text.Written);
        text = new Utf8Text(_scratch);
        text.Append("[70,"u8);
        text.Append(_lastCall);        // the router numbers the invocations of one callee from 1 on
        text.Append(",{},[]]"u8);
        _callee!.Deliver(text.Written);
        if (_caller.SentBytes == before)
        {
            throw new InvalidOperationException("the call was not answered");
        }
    }

    private void WriteUriAndPayload(ref Utf8Text text, uint uri)
    {
        _uris!.WriteUri(ref text, uri);
        text.Append("\",[\""u8);
        text.Append(_payload);
        text.Append("\"]]"u8);
    }

    private void Add(ReadOnlySpan<byte> beginning, Func<int, (DiscardingConnection Session, int Request)> next)
    {
        for (var i = 0; i < Patterns; i++)
        {
            var (session, request) = next(i);
            var text = new Utf8Text(_scratch);
            text.Append(beginning);
            text.Append((uint)request);
            text.Append(PlantUris.IsPrefix(i) ? ",{\"match\":\"prefix\"},\""u8 : ",{\"match\":\"wildcard\"},\""u8);
            PlantUris.WritePattern(ref text, i);
            text.Append("\"]"u8);
            session.Deliver(text.Written);
        }
    }

    /// <summary>What all patterns of a kind take: trie, tables and the entries of their sessions.</summary>
    private void Report(string kind, Action add)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        add();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"// {Patterns} patterns: {bytes / Patterns} bytes for each {kind}");
    }
}
