using System.Globalization;
using Newtonsoft.Json.Linq;
using WampRouter.Realms.Metrics;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>
/// Thousands of random calls among sessions that share, match by pattern, limit, hand back, cancel, stream and leave, against rules that hold whatever happens:
/// each call is answered once and nothing follows its answer, nobody breaks the protocol, and in the end nothing is left over.
/// </summary>
public sealed class DealerModelTests
{
    private const int Sessions = 10;
    private const int Operations = 8_000;
    private const string Features = "call_canceling call_reroute progressive_call_results progressive_call_invocations registration_revocation";

    private static readonly string[] Registrations =
    [
        """{"invoke":"roundrobin","concurrency":2},"com.limited" """,
        """{"invoke":"random"},"com.a" """,
        """{"invoke":"last","match":"prefix"},"com." """,
        """{"invoke":"first","match":"wildcard"},"com..x" """,
        """{"force_reregister":true},"com.single" """,
    ];

    private static readonly string[] Procedures = ["com.limited", "com.a", "com.single", "com.other", "com.b.x", "org.none"];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void RandomOperations_EachCall_IsAnsweredOnceAndNothingIsLeftOver(int seed)
    {
        var time = new ManualTime();
        using var router = new TestRouter(time: time);
        var random = new Random(seed);
        var clients = new List<Client>();
        var unregistered = new List<int>();
        for (var step = 0; step < Operations; step++)
        {
            if (clients.Count < Sessions)
            {
                clients.Add(new Client(router.Join(DealerRig.Announcing(Features, caller: "progressive_call_invocations"))));
            }

            var client = clients[random.Next(clients.Count)];
            if (random.Next(200) == 0)
            {
                client.Peer.Disconnect();
                clients.Remove(client);
                unregistered.Add(client.Unregistered);
            }
            else
            {
                client.Act(random);
            }

            time.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
            clients.ForEach(other => other.Read($"seed {seed}, step {step}"));
        }

        AnswerEverything(clients, random);
        Assert.That(clients.Sum(client => client.OpenCalls), Is.Zero);
        Assert.That(unregistered.Concat(clients.Select(client => client.Unregistered)).Sum(), Is.GreaterThan(Operations / 40), "registrations end all the time");
        clients.ForEach(client => client.Peer.Disconnect());
        var dealer = router.Hosted.Realm.Dealer;
        Assert.That(dealer.Registrations.Count, Is.Zero);
        Assert.That(router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
        Assert.That(dealer.Calls.Timeouts.Count, Is.Zero);
    }

    private static void AnswerEverything(List<Client> clients, Random random)
    {
        while (clients.Exists(client => client.OpenInvocations > 0))
        {
            clients.ForEach(client => client.Answer(random));
            clients.ForEach(client => client.Read("at the end"));
        }
    }

    private sealed class Client(TestPeer peer)
    {
        private readonly HashSet<int> _open = [];                             // CALLs not answered
        private readonly HashSet<ulong> _registrations = [];                    // those it was given and has not lost
        private readonly Dictionary<int, bool> _invocations = [];               // INVOCATIONs not answered, and whether results may come in pieces
        private int _lastRequest;

        public TestPeer Peer { get; } = peer;

        public int OpenCalls => _open.Count;

        public int OpenInvocations => _invocations.Count;

        /// <summary>How many registrations it has ended.</summary>
        public int Unregistered { get; private set; }

        public void Act(Random random)
        {
            switch (random.Next(10))
            {
                case 0:
                    Peer.Send($"[64,{++_lastRequest},{Registrations[random.Next(Registrations.Length)]}]");
                    break;
                case 1:
                    Unregister(random);
                    break;
                case 2 or 3 or 4:
                    var streams = random.Next(5) == 0;
                    _open.Add(++_lastRequest);
                    Send(_lastRequest, Procedures[random.Next(Procedures.Length)], streams, random);
                    break;
                case 5 when _open.Count > 0:
                    string[] modes = ["skip", "kill", "killnowait"];
                    Peer.Send($$"""[49,{{Any(random, _open)}},{"mode":"{{modes[random.Next(3)]}}"}]""");
                    break;
                default:
                    Answer(random);
                    break;
            }

            Assert.That(Peer.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
        }

        public void Read(string where)
        {
            foreach (var message in Peer.Take().Select(JArray.Parse))
            {
                switch ((int)message[0])
                {
                    case 50 when message[2]["progress"] is not null:
                        Assert.That(_open.Contains((int)message[1]), Is.True, where);
                        break;
                    case 50:
                        Assert.That(_open.Remove((int)message[1]), Is.True, where);
                        break;
                    case 65:
                        _registrations.Add((ulong)message[2]);
                        break;
                    case 67 when (int)message[1] == 0:
                        _registrations.Remove((ulong)message[2]["registration"]!);
                        break;
                    case 67:
                        Unregistered++;
                        break;
                    case 8 when (int)message[1] == 66:
                        Assert.Fail($"{where}: {message}");
                        break;
                    case 8 when (int)message[1] == 48:
                        Assert.That(_open.Remove((int)message[2]), Is.True, $"{where}: {message}");
                        break;
                    case 68:
                        _invocations[(int)message[1]] = message[3]["receive_progress"] is not null;
                        break;
                    case 69 when (string?)message[2]["mode"] != "kill":
                        _invocations.Remove((int)message[1]);
                        break;
                    case 3:
                        Assert.Fail($"{where}: {message}");
                        break;
                }
            }
        }

        private static int Any(Random random, IEnumerable<int> ids) => ids.ElementAt(random.Next(ids.Count()));

        private void Unregister(Random random)
        {
            if (_registrations.Count == 0)
            {
                return;
            }

            var id = _registrations.ElementAt(random.Next(_registrations.Count));
            _registrations.Remove(id);
            Peer.Send($"[66,{++_lastRequest},{id}]");
        }

        private void Send(int request, string procedure, bool streams, Random random)
        {
            var options = (random.Next(3) == 0 ? "\"receive_progress\":true," : "") + (random.Next(3) == 0 ? $"\"timeout\":{random.Next(1, 60)}," : "");
            if (!streams)
            {
                Peer.Call(request, procedure, options.TrimEnd(','), "[1]");
                return;
            }

            Peer.Call(request, procedure, options + "\"progress\":true", "[1]").Call(request, procedure, "\"progress\":true", "[2]").Call(request, procedure, payload: "[3]");
        }

        public void Answer(Random random)
        {
            if (_invocations.Count == 0)
            {
                return;
            }

            var id = Any(random, _invocations.Keys);
            if (_invocations[id] && random.Next(2) == 0)
            {
                Peer.Send(string.Create(CultureInfo.InvariantCulture, $$"""[70,{{id}},{"progress":true},[1]]"""));
                return;
            }

            _invocations.Remove(id);
            Peer.Send(random.Next(3) switch
            {
                0 => $$"""[8,68,{{id}},{},"wamp.error.unavailable"]""",
                1 => $$"""[8,68,{{id}},{},"com.error"]""",
                _ => $$"""[70,{{id}},{},[1]]""",
            });
        }
    }
}
