using System.Globalization;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Meta;

namespace WampRouter.Tests.Realms;

/// <summary>
/// Thousands of random operations by many sessions against a reference broker and dealer made of plain dictionaries. After each operation
/// every session must have received exactly what the reference says, in that order.
/// </summary>
public sealed class RandomizedModelTests
{
    private const int Sessions = 12;
    private const int Operations = 6_000;

    private static readonly string[] Uris = ["com.a", "com.b", "com.c", "com.d.e"];

    // In the order in which an event of one topic reaches the subscriptions that match.
    private static readonly (string Match, string Pattern)[] Patterns =
        [("exact", "com.a"), ("exact", "com.b"), ("exact", "com.c"), ("exact", "com.d.e"), ("prefix", ""), ("prefix", "com."), ("prefix", "com.d"), ("wildcard", "com."), ("wildcard", ".a"), ("wildcard", "..")];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void RandomOperations_AnySession_ReceivesWhatTheReferenceSays(int seed)
    {
        // The reference knows nothing of what the router itself publishes.
        using var router = new TestRouter(MetaRig.With(new PermissionRule { Uri = "wamp.", Match = MatchPolicy.Prefix, Allow = Permissions.None }));
        var random = new Random(seed);
        var model = new ReferenceRouter();
        var peers = new List<(TestPeer Peer, ReferenceSession Model)>();
        for (var step = 0; step < Operations; step++)
        {
            if (peers.Count < Sessions)
            {
                peers.Add((router.Join(), model.Join()));
                continue;
            }

            var (peer, session) = peers[random.Next(peers.Count)];
            var leaves = random.Next(100) == 0;
            if (leaves)
            {
                peer.Disconnect();
                model.Leave(session);
                peers.RemoveAll(p => p.Model == session);
            }
            else if (NextMessage(random, session) is { } message)
            {
                model.Receive(session, message);
                peer.Send(message);
            }

            foreach (var (other, expected) in peers)
            {
                // What a leaving session causes has no specified order; everything else has.
                var (received, wanted) = (other.Take().Select(Normalize), expected.Take());
                Assert.That(received, leaves ? Is.EquivalentTo(wanted) : Is.EqualTo(wanted), $"seed {seed}, step {step}");
            }
        }
    }

    private static string? NextMessage(Random random, ReferenceSession session)
    {
        var uri = Uris[random.Next(Uris.Length)];
        var request = session.NextRequest++;
        var payload = $"[{random.Next(1000)}]";
        return random.Next(8) switch
        {
            0 => NextSubscribe(random, request),
            1 => $"[34,{request},{random.Next(1, 40)}]",
            2 => $$"""[16,{{request}},{"acknowledge":{{Flag(random)}},"exclude_me":{{Flag(random)}},"retain":{{Flag(random)}}},"{{uri}}",{{payload}}]""",
            3 => $$"""[64,{{request}},{},"{{uri}}"]""",
            4 => $"[66,{request},{random.Next(1, 40)}]",
            5 => $$"""[48,{{request}},{},"{{uri}}",{{payload}}]""",
            6 when session.Invocations.Count > 0 => $$"""[70,{{Any(random, session.Invocations.Keys)}},{},{{payload}}]""",
            7 when session.Invocations.Count > 0 => $$"""[8,68,{{Any(random, session.Invocations.Keys)}},{},"com.error",{{payload}}]""",
            _ => null,
        };
    }

    private static string Flag(Random random) => random.Next(2) == 0 ? "true" : "false";

    private static string NextSubscribe(Random random, ulong request)
    {
        var (match, pattern) = Patterns[random.Next(Patterns.Length)];
        return $$"""[32,{{request}},{"match":"{{match}}","get_retained":{{Flag(random)}}},"{{pattern}}"]""";
    }

    private static ulong Any(Random random, IReadOnlyCollection<ulong> ids) => ids.ElementAt(random.Next(ids.Count));

    /// <summary>Leaves out what is random (publication ids) and what is only text for people (the router's error messages).</summary>
    private static string Normalize(string message)
    {
        var parts = Newtonsoft.Json.Linq.JArray.Parse(message);
        switch ((int)parts[0])
        {
            case 17 or 36:
                parts[2] = 0;
                break;
            case 8 when ((string)parts[4]!).StartsWith("wamp.error.", StringComparison.Ordinal):
                parts.RemoveAt(5);
                break;
        }

        return parts.ToString(Newtonsoft.Json.Formatting.None);
    }

    private sealed class ReferenceSession
    {
        private readonly List<string> _inbox = [];

        public ulong NextRequest { get; set; } = 1;

        public ulong NextInvocation { get; set; } = 1;

        public Dictionary<ulong, (ReferenceSession? Caller, ulong Request)> Invocations { get; } = [];

        public void Send(string message) => _inbox.Add(message);

        public string[] Take()
        {
            string[] taken = [.. _inbox];
            _inbox.Clear();
            return taken;
        }
    }

    private sealed class ReferenceRouter
    {
        private readonly Dictionary<(string Match, string Pattern), (ulong Id, List<ReferenceSession> Subscribers)> _topics = [];
        private readonly Dictionary<string, (ulong Id, ReferenceSession Callee)> _procedures = [];
        private readonly List<ReferenceSession> _sessions = [];
        private readonly List<(string Topic, ReferenceSession? Excluded, string Payload)> _retained = [];
        private ulong _lastSubscription;
        private ulong _lastRegistration;

        public ReferenceSession Join()
        {
            var session = new ReferenceSession();
            _sessions.Add(session);
            return session;
        }

        public void Leave(ReferenceSession session)
        {
            _sessions.Remove(session);
            foreach (var topic in _topics.Keys.ToList())
            {
                Unsubscribe(topic, session);
            }

            foreach (var (procedure, _) in _procedures.Where(p => p.Value.Callee == session).ToList())
            {
                _procedures.Remove(procedure);
            }

            foreach (var (caller, request) in session.Invocations.Values)
            {
                caller?.Send($$"""[8,48,{{request}},{},"wamp.error.canceled"]""");
            }

            foreach (var callee in _sessions)
            {
                foreach (var (id, (caller, request)) in callee.Invocations.Where(i => i.Value.Caller == session).ToList())
                {
                    callee.Send($$"""[69,{{id}},{"mode":"killnowait"}]""");
                    callee.Invocations[id] = (null, request);
                }
            }
        }

        public void Receive(ReferenceSession session, string message)
        {
            var parts = Newtonsoft.Json.Linq.JArray.Parse(message);
            var request = (ulong)parts[1];
            switch ((int)parts[0])
            {
                case 32:
                    Subscribe(session, request, ((string)parts[2]!["match"]!, (string)parts[3]!), (bool)parts[2]!["get_retained"]!);
                    break;
                case 34:
                    var topic = _topics.FirstOrDefault(t => t.Value.Id == (ulong)parts[2] && t.Value.Subscribers.Contains(session)).Key;
                    session.Send(topic.Match is null ? Error(34, request, "no_such_subscription") : $"[35,{request}]");
                    if (topic.Match is not null)
                    {
                        Unsubscribe(topic, session);
                    }

                    break;
                case 16:
                    Publish(session, request, parts);
                    break;
                case 64:
                    Register(session, request, (string)parts[3]!);
                    break;
                case 66:
                    var owned = _procedures.FirstOrDefault(p => p.Value.Id == (ulong)parts[2] && p.Value.Callee == session).Key;
                    session.Send(owned is null ? Error(66, request, "no_such_registration") : $"[67,{request}]");
                    _procedures.Remove(owned ?? "");
                    break;
                case 48:
                    Call(session, request, (string)parts[3]!, parts[4]!.ToString(Newtonsoft.Json.Formatting.None));
                    break;
                case 70:
                    Answer(session, request, r => $$"""[50,{{r}},{},{{parts[3]!.ToString(Newtonsoft.Json.Formatting.None)}}]""");
                    break;
                case 8:
                    Answer(session, (ulong)parts[2], r => $$"""[8,48,{{r}},{},"com.error",{{parts[5]!.ToString(Newtonsoft.Json.Formatting.None)}}]""");
                    break;
            }
        }

        private static string Error(int type, ulong request, string error) =>
            string.Create(CultureInfo.InvariantCulture, $$"""[8,{{type}},{{request}},{},"wamp.error.{{error}}"]""");

        private static void Answer(ReferenceSession callee, ulong id, Func<ulong, string> answer)
        {
            if (callee.Invocations.Remove(id, out var invocation))
            {
                invocation.Caller?.Send(answer(invocation.Request));
            }
        }

        private void Subscribe(ReferenceSession session, ulong request, (string Match, string Pattern) topic, bool getRetained)
        {
            if (!_topics.TryGetValue(topic, out var entry))
            {
                _topics[topic] = entry = (++_lastSubscription, []);
            }

            if (!entry.Subscribers.Contains(session))
            {
                entry.Subscribers.Add(session);
            }

            session.Send($"[33,{request},{entry.Id}]");
            var newest = _retained.Where(r => getRetained && r.Excluded != session && IsMatch(topic, r.Topic)).GroupBy(r => r.Topic).Select(group => group.Last());
            foreach (var retained in newest.OrderBy(r => _retained.LastIndexOf(r)))
            {
                var details = topic.Match == "exact" ? """{"retained":true}""" : $$"""{"topic":"{{retained.Topic}}","retained":true}""";
                session.Send($$"""[36,{{entry.Id}},0,{{details}},{{retained.Payload}}]""");
            }
        }

        private void Unsubscribe((string Match, string Pattern) topic, ReferenceSession session)
        {
            var (_, subscribers) = _topics[topic];
            if (subscribers.Remove(session) && subscribers.Count == 0)
            {
                _topics.Remove(topic);
            }
        }

        private void Publish(ReferenceSession session, ulong request, Newtonsoft.Json.Linq.JArray message)
        {
            var published = (string)message[3]!;
            if ((bool)message[2]["retain"]!)
            {
                _retained.Add((published, (bool)message[2]["exclude_me"]! ? session : null, message[4].ToString(Newtonsoft.Json.Formatting.None)));
            }

            foreach (var pattern in Patterns.Where(pattern => IsMatch(pattern, published) && _topics.ContainsKey(pattern)))
            {
                var details = pattern.Match == "exact" ? "{}" : $$"""{"topic":"{{published}}"}""";
                var (id, subscribers) = _topics[pattern];
                foreach (var subscriber in subscribers.Where(s => s != session || !(bool)message[2]["exclude_me"]!))
                {
                    subscriber.Send($$"""[36,{{id}},0,{{details}},{{message[4].ToString(Newtonsoft.Json.Formatting.None)}}]""");
                }
            }

            if ((bool)message[2]["acknowledge"]!)
            {
                session.Send($"[17,{request},0]");
            }
        }

        private static bool IsMatch((string Match, string Uri) pattern, string topic)
        {
            var (wanted, given) = (pattern.Uri.Split('.'), topic.Split('.'));
            return pattern.Match switch
            {
                "exact" => topic == pattern.Uri,
                "prefix" => topic.StartsWith(pattern.Uri, StringComparison.Ordinal),
                _ => wanted.Length == given.Length && wanted.Zip(given).All(pair => pair.First.Length == 0 || pair.First == pair.Second),
            };
        }

        private void Register(ReferenceSession session, ulong request, string procedure)
        {
            if (_procedures.ContainsKey(procedure))
            {
                session.Send(Error(64, request, "procedure_already_exists"));
                return;
            }

            _procedures[procedure] = (++_lastRegistration, session);
            session.Send($"[65,{request},{_lastRegistration}]");
        }

        private void Call(ReferenceSession caller, ulong request, string procedure, string payload)
        {
            if (!_procedures.TryGetValue(procedure, out var registration))
            {
                caller.Send(Error(48, request, "no_such_procedure"));
                return;
            }

            var id = registration.Callee.NextInvocation++;
            registration.Callee.Invocations[id] = (caller, request);
            registration.Callee.Send($$"""[68,{{id}},{{registration.Id}},{},{{payload}}]""");
        }
    }
}
