using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>What the registration meta API will be made of: the order of changes, and the questions it asks.</summary>
public sealed class RegistrationObserverTests
{
    private readonly Recorder _recorder = new();
    private TestRouter _router = null!;

    private Registrations Registrations => _router.Hosted.Realm.Dealer.Registrations;

    [SetUp]
    public void SetUp()
    {
        _recorder.Seen.Clear();
        _router = new TestRouter(neighbours: new RealmNeighbours { Registrations = [_recorder] });
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Register_AndUnregister_CreateComesFirstAndDeleteLast()
    {
        var (first, second) = (_router.Join(), _router.Join());
        first.Register("com.a", "\"invoke\":\"first\"");
        second.Register("com.a", "\"invoke\":\"first\"");
        first.Send("[66,2,1]");
        second.Send("[66,2,1]");

        Assert.That(_recorder.Seen, Is.EqualTo(new[] { "create 1", "register 1", "register 1", "unregister 1", "unregister 1", "delete 1" }));
    }

    [Test]
    public void Disconnect_Callee_IsAnUnregisterOfEach()
    {
        var callee = _router.Join();
        callee.Register("com.a");
        callee.Register("com.", "\"match\":\"prefix\"", 2);
        _recorder.Seen.Clear();

        callee.Disconnect();

        Assert.That(_recorder.Seen, Is.EqualTo(new[] { "unregister 1", "delete 1", "unregister 2", "delete 2" }));
    }

    [Test]
    public void ForceReregister_OldOneIsDeletedBeforeTheNewIsCreated()
    {
        _router.Join().Register("com.a");
        _recorder.Seen.Clear();

        _router.Join().Register("com.a", "\"force_reregister\":true");

        Assert.That(_recorder.Seen, Is.EqualTo(new[] { "unregister 1 (revoked)", "delete 1", "create 2", "register 2" }));
    }

    [Test]
    public void Register_Refused_ChangesNothing()
    {
        _router.Join().Register("com.a");
        _recorder.Seen.Clear();

        _router.Join().Send("""[64,1,{},"com.a"]""").Send("""[64,2,{},"com..b"]""");

        Assert.That(_recorder.Seen, Is.Empty);
    }

    [Test]
    public void Queries_FindByIdByUriAndByWhatACallWouldReach()
    {
        var callee = _router.Join();
        var exact = callee.Register("com.a", "\"invoke\":\"last\"");
        var prefix = callee.Register("com.", "\"match\":\"prefix\"", 2);

        Assert.Multiple(() =>
        {
            Assert.That(Registrations.List().Select(registration => registration.Id), Is.EquivalentTo(new[] { exact, prefix }));
            Assert.That(Registrations.Get(exact)!.Policy, Is.EqualTo(InvocationPolicy.Last));
            Assert.That(Registrations.Get(99), Is.Null);
            Assert.That(Registrations.Find("com.a"u8, MatchPolicy.Exact)!.Id, Is.EqualTo(exact));
            Assert.That(Registrations.Find("com."u8, MatchPolicy.Prefix)!.Id, Is.EqualTo(prefix));
            Assert.That(Registrations.Find("com.a"u8, MatchPolicy.Prefix), Is.Null);
            Assert.That(Registrations.Get(prefix)!.Endpoints.Length, Is.EqualTo(1));
            Assert.That(Encoding.UTF8.GetString(Registrations.Get(prefix)!.Uri), Is.EqualTo("com."));
        });
    }

    [Test]
    public void TryRevoke_OneCallee_LeavesTheOthers()
    {
        var (callee, other) = (_router.Connect(), _router.Join());
        var session = callee.Join(details: DealerRig.Announcing("registration_revocation"));
        var registration = callee.Register("com.a", "\"invoke\":\"first\"");
        other.Register("com.a", "\"invoke\":\"first\"");

        var batch = FlushBatch.OfThread;
        Assert.That(_router.Hosted.Realm.Dealer.TryRevoke(registration, session, "com.reason", batch), Is.True);
        Assert.That(_router.Hosted.Realm.Dealer.TryRevoke(registration, session, "com.reason", batch), Is.False);
        Assert.That(_router.Hosted.Realm.Dealer.TryRevoke(99, session, "com.reason", batch), Is.False);
        batch.Flush();

        _router.Join().Call(1, "com.a");
        Assert.That(other.Take(), Has.Count.EqualTo(1));
        Assert.That(callee.Take(), Is.EqualTo(new[] { $$"""[67,0,{"registration":{{registration}},"reason":"com.reason"}]""" }));
    }

    private sealed class Recorder : IRegistrationObserver
    {
        public List<string> Seen { get; } = [];

        public void OnCreate(Member session, Registration registration, FlushBatch batch) => Seen.Add($"create {registration.Id}");

        public void OnRegister(Member session, Registration registration, FlushBatch batch) => Seen.Add($"register {registration.Id}");

        public void OnUnregister(Member session, Registration registration, bool isRevoked, FlushBatch batch) => Seen.Add($"unregister {registration.Id}{(isRevoked ? " (revoked)" : "")}");

        public void OnDelete(Member session, Registration registration, FlushBatch batch) => Seen.Add($"delete {registration.Id}");
    }
}
