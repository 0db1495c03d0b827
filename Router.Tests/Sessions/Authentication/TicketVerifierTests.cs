using System.Globalization;
using System.Net;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>
/// Who is checked when: the checks are made when the test says so, one at a time, each in the time that one takes; nothing is hashed. So "within three seconds" is a sum that anybody can follow.
/// </summary>
public sealed class TicketVerifierTests
{
    private static readonly TimeSpan OneCheck = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly AuthenticationStep.Accept Right = new("joe", "anonymous", "ticket", "static");
    private static readonly AuthenticationStep.Refuse Wrong = new(WampErrors.AuthenticationDenied, "wrong", "wrong");
    private static readonly AddressBlock Attacker = Block("192.0.2.66");
    private static readonly AddressBlock Honest = Block("198.51.100.1");

    private readonly Queue<Action> _started = new();
    private ManualTime _time = null!;
    private TicketVerifier _verifier = null!;

    [SetUp]
    public void SetUp() => SetUp(new WampSessionOptions { ConcurrentTicketChecks = 1 });

    [TearDown]
    public void TearDown() => _verifier.Dispose();

    [Test]
    public void Run_HonestFirstTry_DoesNotWait()
    {
        var honest = Ask(Honest, Right);

        Assert.That(_started, Has.Count.EqualTo(1));
        Pass(OneCheck);
        Assert.That(honest.Result, Is.SameAs(Right));
    }

    [Test]
    public void Run_ThousandWrongTicketsOfOneAddress_HonestUserGetsInWithinThreeSeconds()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _ = Ask(Attacker, Wrong, whom: i);
            if (i % 300 == 0)
            {
                Pass(OneCheck);
            }
        }

        Assert.That(TimeToEnter(), Is.LessThan(Patience));
    }

    [Test]
    public void Run_TenWrongTicketsASecond_HonestUsersGetInThroughout()
    {
        for (var second = 0; second < 30; second++)
        {
            for (var i = 0; i < 10; i++)
            {
                _ = Ask(Attacker, Wrong, whom: i);
                Pass(TimeSpan.FromSeconds(0.1));
            }

            Assert.That(TimeToEnter(), Is.LessThan(Patience), $"after {second} s");
        }
    }

    [Test]
    public void Run_WrongTicketsOfTheHonestUsersNameFromManyAddresses_DoNotLockHimOut()
    {
        for (var i = 0; i < 200; i++)
        {
            _ = Ask(Block($"203.0.113.{i}"), Wrong, whom: 7);
            Pass(OneCheck * 2);
        }

        Assert.That(TimeToEnter(whom: 7), Is.LessThan(Patience));
        Assert.That(TimeToEnter(whom: 7), Is.LessThan(OneCheck * 2), "who has logged in from his address lately does not wait at all");
    }

    [TestCase("203.0.113.{0}")]
    [TestCase("2001:db8:1:{0}::1")]
    public void Run_HundredsOfAddressesOfOneNetworkAtOnce_HonestUserGetsInWithinThreeSeconds(string addresses)
    {
        for (var i = 0; i < 250; i++)
        {
            _ = Ask(Block(string.Format(CultureInfo.InvariantCulture, addresses, i)), Wrong, whom: i);
        }

        Assert.That(TimeToEnter(), Is.LessThan(Patience));
    }

    [Test]
    public void Run_FailuresOfAnAddress_MakeItsNextOnesWaitLongerEachTime()
    {
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            _ = Ask(Attacker, Wrong, whom: i);
            waits.Add(WaitForStart().TotalSeconds);
            Pass(TimeSpan.Zero);
        }

        Assert.That(waits, Is.EqualTo(new[] { 0, 0.25, 0.5, 1, 1, 1, 1 }).Within(0.011));
    }

    [Test]
    public void Run_AddressWhoseLoginFailed_GoesAfterThoseNothingIsKnownOf()
    {
        var order = new List<string>();
        _ = Ask(Attacker, Wrong, whom: 1);
        Pass(TimeSpan.Zero);
        _ = Ask(Block("203.0.113.1"), Wrong, whom: 2);      // has the one thread
        _ = _verifier.RunAsync(new TicketCheck(Attacker, 3, _ => Note("attacker")));
        _ = _verifier.RunAsync(new TicketCheck(Honest, 4, _ => Note("honest")));

        Pass(Patience);
        Pass(TimeSpan.Zero);
        Pass(TimeSpan.Zero);

        Assert.That(order, Is.EqualTo(new[] { "honest", "attacker" }), "though the attacker was first, and has waited long enough");

        AuthenticationStep Note(string who)
        {
            order.Add(who);
            return Wrong;
        }
    }

    [Test]
    public void Run_SuccessOfAnAddress_ClearsItsFailures()
    {
        for (var i = 0; i < 5; i++)
        {
            _ = Ask(Attacker, i == 4 ? Right : Wrong, whom: i);
            WaitForStart();
            Pass(TimeSpan.Zero);
        }

        _ = Ask(Attacker, Wrong, whom: 9);

        Assert.That(WaitForStart(), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Run_FailuresLongAgo_AreForgotten()
    {
        for (var i = 0; i < 5; i++)
        {
            _ = Ask(Attacker, Wrong, whom: i);
            WaitForStart();
            Pass(TimeSpan.Zero);
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        _ = Ask(Attacker, Wrong, whom: 9);

        Assert.That(WaitForStart(), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Run_QueueIsFull_TheAddressWithMostOfThemPays()
    {
        SetUp(new WampSessionOptions { ConcurrentTicketChecks = 1, QueuedTicketChecks = 10 });
        var attack = Enumerable.Range(0, 11).Select(i => Ask(Attacker, Wrong, whom: i)).ToArray();

        var honest = Ask(Honest, Right);

        Assert.That((attack[10].Result as AuthenticationStep.Refuse)?.LogDetail, Does.Contain("WampRouter:Sessions:QueuedTicketChecks"));
        Assert.That(honest.IsCompleted, Is.False);
        Pass(OneCheck);
        Pass(OneCheck);
        Assert.That(honest.Result, Is.SameAs(Right));
    }

    [Test]
    public void Run_MoreOfOneAddressThanMayWait_AreRefused()
    {
        SetUp(new WampSessionOptions { ConcurrentTicketChecks = 1, TicketChecksPerAddress = 5 });
        var attack = Enumerable.Range(0, 7).Select(i => Ask(Attacker, Wrong, whom: i)).ToArray();

        Assert.That((attack[6].Result as AuthenticationStep.Refuse)?.LogDetail, Does.Contain("WampRouter:Sessions:TicketChecksPerAddress"));
        Assert.That(attack[5].IsCompleted, Is.False);
    }

    [Test]
    public void GiveUp_CheckThatWaits_IsNeverMade()
    {
        _ = Ask(Attacker, Wrong);
        var made = false;
        var check = new TicketCheck(Honest, 7, _ => Return(made = true));
        var answer = _verifier.RunAsync(check);

        _verifier.GiveUp(check);
        Pass(OneCheck);
        Pass(OneCheck);

        Assert.That((answer.IsCompleted, made, _verifier.Count), Is.EqualTo((true, false, 0)));
    }

    [Test]
    public void GiveUp_CheckThatRuns_IsAnsweredAtOnceAndCountsAsFailed()
    {
        var check = new TicketCheck(Attacker, 7, _ => Wrong);
        var answer = _verifier.RunAsync(check);

        _verifier.GiveUp(check);
        Assert.That(answer.IsCompleted, Is.True, "before it has run");
        Pass(OneCheck);
        _ = Ask(Attacker, Wrong, whom: 8);

        Assert.That(WaitForStart(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void Stop_ChecksWaitAndRun_AllAreAnsweredAtOnce()
    {
        var answers = Enumerable.Range(0, 20).Select(i => Ask(Attacker, Wrong, whom: i)).ToArray();

        _verifier.Stop();

        Assert.That(answers.Select(answer => (answer.Result as AuthenticationStep.Refuse)?.Reason), Has.All.EqualTo(WampErrors.SystemShutdown));
        Assert.That((Ask(Honest, Right).Result as AuthenticationStep.Refuse)?.Reason, Is.EqualTo(WampErrors.SystemShutdown));
    }

    [Test]
    public void Remember_MoreAddressesThanAreRemembered_ForgetsTheOldest()
    {
        var recent = new RecentLogins<int>(100, TimeSpan.FromMinutes(1), _time);
        for (var i = 0; i < 100_000; i++)
        {
            recent[i] = 1;
            Assert.That(recent.Count, Is.LessThanOrEqualTo(100));
        }

        Assert.That((recent[0], recent[99_999]), Is.EqualTo((0, 1)));
    }

    private static AddressBlock Block(string address) => AddressBlock.Of(IPAddress.Parse(address));

    private static AuthenticationStep.Refuse Return(bool _) => Wrong;

    private void SetUp(WampSessionOptions options)
    {
        _verifier?.Dispose();
        _started.Clear();
        _time = new ManualTime();
        _verifier = new TicketVerifier(options, _time, _started.Enqueue);
    }

    private Task<AuthenticationStep> Ask(AddressBlock from, AuthenticationStep outcome, int whom = 1) => _verifier.RunAsync(new TicketCheck(from, whom, _ => outcome));

    /// <summary>Lets time pass, in which the one thread makes what it has begun.</summary>
    private void Pass(TimeSpan time)
    {
        _time.Advance(time);
        if (_started.TryDequeue(out var run))
        {
            run();
        }
    }

    /// <summary>How long until something is begun.</summary>
    private TimeSpan WaitForStart()
    {
        var step = TimeSpan.FromMilliseconds(10);
        var waited = TimeSpan.Zero;
        for (; _started.Count == 0 && waited < TimeSpan.FromMinutes(1); waited += step)
        {
            _time.Advance(step);
        }

        return waited;
    }

    /// <summary>How long the honest user waits for his answer.</summary>
    private TimeSpan TimeToEnter(int whom = 7_777)
    {
        var honest = Ask(Honest, Right, whom);
        var waited = TimeSpan.Zero;
        for (; !honest.IsCompleted && waited < TimeSpan.FromMinutes(1); waited += OneCheck)
        {
            Pass(OneCheck);
        }

        return honest.IsCompleted ? waited : TimeSpan.MaxValue;
    }
}
