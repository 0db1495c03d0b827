using BenchmarkDotNet.Attributes;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Realms.Settings;

namespace WampRouter.Benchmarks.Micro;

/// <summary>
/// The whole way of a message through the router (decode, admit, authorize, route, encode, enqueue, flush), between real sessions of a
/// real realm, without sockets: what WAMP costs. The column <c>Allocated</c> must be empty.
/// </summary>
[MemoryDiagnoser]
public class RoutingBenchmarks : IDisposable
{
    private readonly WampJson _wamp = new("realm1");
    private readonly MicroRealm _realm = new(new RealmLimits());
    private readonly byte[] _payload = TestPayload.Create();
    private readonly byte[] _scratch = new byte[Dialect.MaxMessage];
    private DiscardingConnection? _publisher;
    private DiscardingConnection? _caller;
    private DiscardingConnection? _callee;
    private uint _lastPublish;
    private uint _lastCall;

    /// <summary>How many receive each event.</summary>
    [Params(1, 100, 1000)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void Join()
    {
        _publisher = _realm.Join();
        _caller = _realm.Join();
        _callee = _realm.Join();
        _callee.Deliver(_wamp.Register(_scratch, request: 1, procedure: 0));
        for (var i = 0; i < Subscribers; i++)
        {
            _realm.Join().Deliver(_wamp.Subscribe(_scratch, request: 1));
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _realm.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>PUBLISH to as many EVENTs as there are subscribers.</summary>
    [Benchmark]
    public void Publish() => _publisher!.Deliver(_wamp.Publish(_scratch, ++_lastPublish, _payload));

    /// <summary>CALL to INVOCATION and YIELD to RESULT: two routed messages.</summary>
    [Benchmark]
    public void CallAndResult()
    {
        var before = _caller!.SentBytes;
        _caller.Deliver(_wamp.Call(_scratch, ++_lastCall, procedure: 0, _payload));

        // The router numbers the invocations of one callee from 1 on, as WAMP wants it, so its number is known without reading it.
        Span<byte> invocation = stackalloc byte[10];
        var id = new Utf8Text(invocation);
        id.Append(_lastCall);
        _callee!.Deliver(_wamp.Answer(_scratch, new Incoming(IncomingKind.Invocation, id.Written, _payload)));
        if (_caller.SentBytes == before)
        {
            throw new InvalidOperationException("the call was not answered");
        }
    }
}
