using System.Globalization;
using Newtonsoft.Json.Linq;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>
/// Clients whose connections break at random: after any prefix of what was sent to them, before messages of their own arrive, with the WELCOME of a
/// resumption under way. In the end each has received what a client with an unbroken connection would have, once and in that order.
/// </summary>
public sealed class ResumptionRandomizedTests
{
    private const int Clients = 4;
    private const int Steps = 3_000;

    private TestRouter _router = null!;
    private TestPeer _publisher = null!;
    private TestPeer _callee = null!;
    private Random _random = null!;
    private readonly List<(string Invocation, Subject Caller, string Result)> _invocations = [];
    private readonly List<Subject> _subjects = [];
    private int _published;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        (_publisher, _callee) = (_router.Join(), _router.Join());
        _callee.Send("""[64,1,{},"com.procedure"]""").Take();
        _published = 0;
        _invocations.Clear();
        _subjects.Clear();
        for (var i = 0; i < Clients; i++)
        {
            _subjects.Add(new Subject(_router, i));
        }
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [Shows("resumption.random-losses")]
    public void BrokenConnections_AtRandomPoints_EverythingArrivesOnceInOrder(int seed)
    {
        _random = new Random(seed);
        for (var step = 0; step < Steps; step++)
        {
            Step(_subjects[_random.Next(Clients)]);
        }

        foreach (var subject in _subjects)
        {
            subject.ComeBack();
            NoteInvocations();
            subject.Read();
            Assert.That(subject.Seen, Is.EqualTo(subject.Expected), $"seed {seed}, client {subject.Number}");
            Assert.That(subject.Losses, Is.GreaterThan(20));
        }
    }

    private void Step(Subject subject)
    {
        switch (_random.Next(8))
        {
            case 0 or 1:
                _publisher.Send(string.Create(CultureInfo.InvariantCulture, $$"""[16,{{++_published}},{},"com.topic",[{{_published}}]]"""));
                _subjects.ForEach(each => each.Expected.Add($"event {_published}"));
                break;
            case 2 or 3:
                subject.Call();
                break;
            case 4 when _invocations.Count > 0:
                Answer(_random.Next(_invocations.Count));
                break;
            case 5:
                subject.Lose(unread: _random.Next(4), unsent: _random.Next(3));
                break;
            case 6:
                subject.ComeBack(isWelcomeLost: _random.Next(3) == 0);
                break;
            default:
                subject.Read();
                break;
        }

        NoteInvocations();
    }

    private void NoteInvocations()
    {
        foreach (var invocation in _callee.Take().Select(JArray.Parse))
        {
            var (caller, call) = ((int)invocation[4][0]!, (int)invocation[4][1]!);
            _invocations.Add(((string)invocation[1]!, _subjects[caller], $"result {call}"));
        }
    }

    private void Answer(int index)
    {
        var (invocation, caller, result) = _invocations[index];
        _invocations.RemoveAt(index);
        _callee.Send($$"""[70,{{invocation}},{},["{{result}}"]]""");
        caller.Expected.Add(result);
    }

    /// <summary>One client: what it has sent, what it has seen, and what it should see.</summary>
    private sealed class Subject
    {
        private readonly TestRouter _router;
        private readonly ResumableClient _client;
        private readonly List<string> _sent = [];
        private bool _isConnected = true;
        private int _unsent;        // the last of _sent never reach the router over this connection

        public Subject(TestRouter router, int number)
        {
            (_router, Number) = (router, number);
            _client = ResumableClient.Join(router);
            Send("""[32,1,{},"com.topic"]""");
            Expected.Add("subscribed");
        }

        public int Number { get; }

        public int Losses { get; private set; }

        public List<string> Expected { get; } = [];

        public List<string> Seen { get; } = [];

        public void Call()
        {
            if (_isConnected)
            {
                var request = _sent.Count + 1;
                Send(string.Create(CultureInfo.InvariantCulture, $$"""[48,{{request}},{},"com.procedure",[{{Number}},{{request}}]]"""));
            }
        }

        public void Lose(int unread, int unsent)
        {
            if (!_isConnected)
            {
                return;
            }

            for (_unsent = unsent; unsent > 0; unsent--)
            {
                var request = _sent.Count + 1;
                _sent.Add(string.Create(CultureInfo.InvariantCulture, $$"""[48,{{request}},{},"com.procedure",[{{Number}},{{request}}]]"""));
            }

            See(_client.Lose(unread));
            _isConnected = false;
            Losses++;
        }

        public void ComeBack(bool isWelcomeLost = false)
        {
            if (_isConnected)
            {
                return;
            }

            if (isWelcomeLost)
            {
                _router.Connect().Send(_client.HelloAgain()).Disconnect();
                return;
            }

            _client.Resume();
            Assert.That(_client.IsResumed, Is.True);
            Assert.That((int)_client.Welcome["_received"]!, Is.EqualTo(_sent.Count - _unsent));
            _sent.GetRange(_sent.Count - _unsent, _unsent).ForEach(_client.Send);
            _isConnected = true;
        }

        public void Read()
        {
            if (_isConnected)
            {
                See(_client.Take());
            }
        }

        private void Send(string message)
        {
            _sent.Add(message);
            _client.Send(message);
        }

        private void See(IEnumerable<string> messages)
        {
            foreach (var message in messages.Select(JArray.Parse))
            {
                Seen.Add((int)message[0] switch
                {
                    33 => "subscribed",
                    36 => $"event {message[4][0]}",
                    50 => (string)message[3][0]!,
                    _ => message.ToString(),
                });
            }
        }
    }
}
