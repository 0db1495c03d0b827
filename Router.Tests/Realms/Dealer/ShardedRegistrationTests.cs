using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_sharded_registration.md as far as it goes: a key always reaches the same callee.</summary>
public sealed class ShardedRegistrationTests
{
    private const int Keys = 300;

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private int _request;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join();
        _request = 0;
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("roundrobin")]
    [TestCase("random")]
    [TestCase("first")]
    [Shows("sharded-registration.feature", "sharded-registration.partitioned")]
    public void Call_Partitioned_SameKeySameCalleeAndAllShare(string policy)
    {
        var callees = Join(3, policy);

        var owners = Owners(callees);

        Assert.That(Owners(callees), Is.EqualTo(owners));
        Assert.That(owners.CountBy(owner => owner).Select(share => share.Value), Has.Exactly(3).Items.And.All.InRange(60, 140));
    }

    [Test]
    [Shows("sharded-registration.moves")]
    public void Call_ACalleeLeaves_OnlyItsKeysMove()
    {
        var callees = Join(3, "roundrobin");
        var before = Owners(callees);

        callees[1].Disconnect();
        var after = Owners(callees);

        Assert.That(before.Zip(after).Where(owner => owner.First != 1), Is.All.Matches<(int First, int Second)>(owner => owner.First == owner.Second));
        Assert.That(after, Has.None.EqualTo(1));
    }

    [Test]
    [Shows("sharded-registration.moves")]
    public void Register_WithANodeKey_ANewSessionInheritsTheKeys()
    {
        var callees = Join(3, "roundrobin");
        var before = Owners(callees);
        callees[1].Disconnect();

        callees[1] = _router.Join();
        callees[1].Register("com.procedure", Options("roundrobin", 1));

        Assert.That(Owners(callees), Is.EqualTo(before));
    }

    [Test]
    public void Call_NumberAndItsText_AreOneKey()
    {
        var callees = Join(3, "roundrobin");

        for (var key = 0; key < 20; key++)
        {
            Assert.That(Owner(callees, $"{key}"), Is.EqualTo(Owner(callees, $"\"{key}\"")));
        }
    }

    [Test]
    public void Call_PartitionedOnASingleCallee_ReachesIt()
    {
        var callee = _router.Join();
        callee.Register("com.procedure");

        Assert.That(Owner([callee], "\"any\""), Is.Zero);
    }

    [TestCase("\"runmode\":\"partition\"")]
    [TestCase("\"rkey\":\"a\"")]
    [TestCase("\"runmode\":\"all\",\"rkey\":\"a\"")]
    [TestCase("\"runmode\":1,\"rkey\":\"a\"")]
    [TestCase("\"runmode\":\"partition\",\"rkey\":[1]")]
    [TestCase("\"runmode\":\"partition\",\"rkey\":1.5")]
    [Shows("sharded-registration.key", "sharded-registration.invalid")]
    public void Call_RunModeAndKeyDoNotFit_IsAnInvalidArgument(string options)
    {
        Join(2, "roundrobin");

        Assert.That(_caller.Call(1, options: options).Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.invalid_argument\""));
    }

    [Test]
    public void Register_NodeKeyOfTheWrongType_IsAnInvalidArgument() =>
        Assert.That(_caller.Send("""[64,1,{"nkey":{}},"com.procedure"]""").Take().Single(), Does.Contain("wamp.error.invalid_argument"));

    private static string Options(string policy, int node) => $"\"invoke\":\"{policy}\",\"nkey\":\"node {node}\"";

    private List<TestPeer> Join(int count, string policy)
    {
        var callees = Enumerable.Range(0, count).Select(_ => _router.Join()).ToList();
        for (var i = 0; i < count; i++)
        {
            callees[i].Register("com.procedure", Options(policy, i));
        }

        return callees;
    }

    private List<int> Owners(List<TestPeer> callees) => [.. Enumerable.Range(0, Keys).Select(key => Owner(callees, $"\"key {key}\""))];

    private int Owner(List<TestPeer> callees, string key)
    {
        _caller.Call(++_request, options: $"\"runmode\":\"partition\",\"rkey\":{key}");
        return callees.FindIndex(callee => callee.Take().Count > 0);
    }
}
