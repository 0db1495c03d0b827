using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Policies;

/// <summary>
/// Policies change as fast as they can while sessions publish, call, subscribe and register on other threads. A model says what each version allows. The trust level of a role is the number of
/// the version, so every EVENT and INVOCATION tells which one judged it.
/// </summary>
public sealed class PolicyUnderLoadTests
{
    private const int Topics = 4;
    private const int Messages = 1_500;
    private const int MostRequests = 20_000;
    private const string Details = """{"roles":{"publisher":{},"subscriber":{"features":{"subscription_revocation":true}},"caller":{},"callee":{"features":{"registration_revocation":true}}}}""";

    private int _completed;     // versions up to this one were current before now
    private int _begun;         // no version after this one was current up to now

    [Test]
    public async Task Apply_WhileSessionsWork_EachMessageIsJudgedByOneVersionAndTheLastOneHolds([Values(1, 2, 3, 4)] int seed)
    {
        var model = new Model(seed);
        (_completed, _begun) = (0, 0);
        using var router = new TestRouter(model.SettingsOf(0));
        var (reader, service) = (new Peer(router, "reader", 1), new Peer(router, "service", 1));
        reader.Send("""[32,1,{"match":"prefix"},"com.t"]""");
        var (publishers, callers, fickle) = (Many(3, router, "writer"), Many(2, router, "caller"), new Peer(router, "reader", 2));
        using var over = new CancellationTokenSource();
        var background = new[]
        {
            Task.Run(() => ChangePolicies(router, model, over.Token)),
            Task.Run(() => Repeat(i => fickle.Send($$"""[32,{{i}},{},"com.t{{i % Topics}}"]"""), over.Token)),
            Task.Run(() => Repeat(i => service.Send($$"""[64,{{i}},{},"com.p{{i % Topics}}"]"""), over.Token)),
        };

        var published = await Task.WhenAll(publishers.Select(peer => Task.Run(() => SendAll(peer, seed, (n, topic) => $$"""[16,{{n}},{"acknowledge":true},"com.t{{topic}}",["{{peer.Number}}:{{n}}"]]""")))).Soon();
        var called = await Task.WhenAll(callers.Select(peer => Task.Run(() => SendAll(peer, seed, (n, topic) => $$"""[48,{{n}},{},"com.p{{topic}}"]""")))).Soon();
        await over.CancelAsync();
        await Task.WhenAll(background).Soon();

        var last = ++_begun;
        router.Hosted.Realm.Apply(model.SettingsOf(last));
        Assert.Multiple(() =>
        {
            CheckPublications(model, publishers, published, reader);
            CheckCalls(model, callers, called, service);
            CheckWhatStays(router, model, last);
        });
    }

    private static void CheckPublications(Model model, Peer[] publishers, List<Sent>[] published, Peer reader)
    {
        var events = reader.Received(MessageCode.Event).Select(message => (Text: (string)message[4][0]!, Version: (int)message[3]["trustlevel"]!)).ToList();
        var byText = events.ToLookup(seen => seen.Text, seen => seen.Version);
        foreach (var (publisher, sent) in publishers.Zip(published))
        {
            var answers = publisher.AnswersByRequest(MessageCode.Published);
            foreach (var (n, topic, from, to) in sent)
            {
                var versions = Enumerable.Range(from, to - from + 1).ToList();
                var isTaken = (int)answers[(ulong)n].Single()[0] == (int)MessageCode.Published;
                var seen = byText[$"{publisher.Number}:{n}"].ToList();
                Assert.That(seen, Has.Count.LessThanOrEqualTo(1), "an EVENT comes once");
                Assert.That(
                    seen.Count > 0 ? isTaken && seen[0] >= from && seen[0] <= to && model.Allows(seen[0], topic, Right.Publish) && model.Allows(seen[0], topic, Right.Subscribe)
                    : isTaken ? versions.Exists(version => model.Allows(version, topic, Right.Publish) && !model.Allows(version, topic, Right.Subscribe))
                    : versions.Exists(version => !model.Allows(version, topic, Right.Publish)),
                    $"publication {n} to {topic}, taken: {isTaken}, seen by version {string.Join(',', seen)}, versions {from} to {to}");
            }

            var order = events.Where(seen => seen.Text.StartsWith($"{publisher.Number}:", StringComparison.Ordinal)).Select(seen => int.Parse(seen.Text.Split(':')[1], CultureInfo.InvariantCulture));
            Assert.That(order, Is.Ordered, "EVENTs of one publisher keep their order");
        }
    }

    private static void CheckCalls(Model model, Peer[] callers, List<Sent>[] called, Peer service)
    {
        var newest = called.SelectMany(sent => sent).Select(sent => sent.To).Max();
        var registered = service.AnswersByRequest(MessageCode.Registered).Where(answer => (int)answer.First()[0] == (int)MessageCode.Registered)
            .ToDictionary(answer => (ulong)answer.First()[2], answer => (int)(answer.Key % Topics));
        foreach (var invocation in service.Received(MessageCode.Invocation))
        {
            var (procedure, version) = (registered[(ulong)invocation[2]], (int)invocation[3]["trustlevel"]!);
            Assert.That(model.Allows(version, procedure, Right.Call) && version <= newest, "an INVOCATION is judged by a version that allows the call");
        }

        service.Leave();
        foreach (var (caller, sent) in callers.Zip(called))
        {
            var answers = caller.AnswersByRequest(MessageCode.Result);
            Assert.That(sent.Select(call => answers[(ulong)call.Number].Count()), Is.All.EqualTo(1), "each call is answered once");
            foreach (var (n, procedure, from, to) in sent.Where(call => ((string)answers[(ulong)call.Number].Single()[4]!) == "wamp.error.not_authorized"))
            {
                Assert.That(Enumerable.Range(from, to - from + 1), Has.Some.Matches<int>(version => !model.Allows(version, procedure, Right.Call)), $"call {n} was refused");
            }
        }
    }

    private static void CheckWhatStays(TestRouter router, Model model, int last)
    {
        var realm = router.Hosted.Realm;
        var subscribed = realm.Broker.ListSubscriptions().Where(subscription => subscription.Match == MatchPolicy.Exact).Select(subscription => Encoding.UTF8.GetString(subscription.Uri));
        Assert.That(subscribed, Is.All.Matches<string>(uri => model.Allows(last, uri[^1] - '0', Right.Subscribe)), "no subscription stays that the last policy forbids");
        var registered = realm.Dealer.Registrations.List().Select(registration => Encoding.UTF8.GetString(registration.Uri));
        Assert.That(registered, Is.All.Matches<string>(uri => model.Allows(last, uri[^1] - '0', Right.Register)), "no registration stays that the last policy forbids");
    }

    private static Peer[] Many(int count, TestRouter router, string role) => [.. Enumerable.Range(1, count).Select(number => new Peer(router, role, number))];

    private static void Repeat(Action<int> act, CancellationToken over)
    {
        for (var i = 1; i <= MostRequests && !over.IsCancellationRequested; i++)
        {
            act(i);
        }
    }

    private void ChangePolicies(TestRouter router, Model model, CancellationToken over) => Repeat(version =>
    {
        Volatile.Write(ref _begun, version);
        router.Hosted.Realm.Apply(model.SettingsOf(version));
        Volatile.Write(ref _completed, version);
    }, over);

    private List<Sent> SendAll(Peer peer, int seed, Func<int, int, string> write)
    {
        var random = new Random(HashCode.Combine(seed, peer.Number));
        var sent = new List<Sent>(Messages);
        for (var n = 1; n <= Messages; n++)
        {
            var (topic, from) = (random.Next(Topics), Volatile.Read(ref _completed));
            peer.Send(write(n, topic));
            sent.Add(new Sent(n, topic, from, Volatile.Read(ref _begun)));
        }

        return sent;
    }

    private enum Right
    {
        Publish,
        Subscribe,
        Call,
        Register,
    }

    /// <summary>A message, and the versions of which one has judged it.</summary>
    private readonly record struct Sent(int Number, int Topic, int From, int To);

    /// <summary>A session, and all it has received.</summary>
    private sealed class Peer
    {
        private readonly List<JArray> _received = [];
        private readonly TestPeer _peer;

        public Peer(TestRouter router, string role, int number)
        {
            _peer = router.Connect(TestPeer.Local(WireFormat.Json) with { Granted = new GrantedLogin($"{role}{number}", role, "test", "test") });
            _peer.Join(details: Details);
            Number = number;
        }

        public int Number { get; }

        public void Send(string json) => _peer.Send(json);

        public void Leave() => _peer.Disconnect();

        public IEnumerable<JArray> Received(MessageCode code)
        {
            _received.AddRange(_peer.Take().Select(JArray.Parse));
            return _received.Where(message => (int)message[0] == (int)code);
        }

        /// <summary>By request: answers of this kind, and ERRORs.</summary>
        public ILookup<ulong, JArray> AnswersByRequest(MessageCode code) =>
            Received(code).ToArray().Concat(Received(MessageCode.Error)).ToLookup(message => (ulong)message[(int)message[0] == (int)MessageCode.Error ? 2 : 1]);
    }

    /// <summary>What each version allows.</summary>
    private sealed class Model(int seed)
    {
        public bool Allows(int version, int topic, Right right) => (Mix((uint)((((version * Topics) + topic) * 4) + (int)right) ^ ((uint)seed << 20)) & 1) == 1;

        public RealmSettings SettingsOf(int version) => new()
        {
            Name = "realm1",
            Roles =
            [
                RoleOf("writer", version, "com.t", (Right.Publish, Permissions.Publish)),
                RoleOf("reader", version, "com.t", (Right.Subscribe, Permissions.Subscribe)) with { TrustLevel = null },
                RoleOf("caller", version, "com.p", (Right.Call, Permissions.Call)),
                RoleOf("service", version, "com.p", (Right.Register, Permissions.Register)),
            ],
        };

        private RoleSettings RoleOf(string name, int version, string uri, (Right Right, Permissions Permission) right) => new()
        {
            Name = name,
            TrustLevel = version,
            Permissions =
            [
                new PermissionRule { Uri = uri, Match = MatchPolicy.Prefix, Allow = right.Permission },
                .. Enumerable.Range(0, Topics).Select(topic => new PermissionRule { Uri = $"{uri}{topic}", Allow = Allows(version, topic, right.Right) ? right.Permission : Permissions.None }),
            ],
        };

        private static uint Mix(uint value)
        {
            value = (value ^ (value >> 16)) * 0x45d9f3b;
            value = (value ^ (value >> 16)) * 0x45d9f3b;
            return value ^ (value >> 16);
        }
    }
}
