using System.Globalization;
using Newtonsoft.Json;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>rfc/text/advanced/meta_api_registrations.md</summary>
public sealed class RegistrationMetaTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromSeconds(2));
        _router = new TestRouter(time: time);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("registration-meta.create-then-register", "registration-meta.unregister-then-delete", "registration-meta.on-create", "registration-meta.on-register", "registration-meta.on-unregister", "registration-meta.on-delete")]
    public void RegisterAndUnregister_OfTwoSessions_AreToldInTheOrderOfTheSpecification()
    {
        var observer = _router.Join();
        observer.SubscribeTo("prefix", "wamp.registration.on_");
        var (first, one) = _router.JoinNamed();
        var (second, two) = _router.JoinNamed();

        var id = Register(first, "com.procedure", """{"invoke":"roundrobin"}""");
        Register(second, "com.procedure", """{"invoke":"roundrobin"}""");
        first.Send($"[66,9,{id}]");
        second.Disconnect();

        Assert.That(observer.Take().Select(SubscriptionMetaTests.Named), Is.EqualTo(new[]
        {
            $$"""on_create [{{one}},{"id":{{id}},"created":"1970-01-01T00:00:02.000Z","uri":"com.procedure","match":"exact","invoke":"roundrobin"}]""",
            $"on_register [{one},{id}]",
            $"on_register [{two},{id}]",
            $"on_unregister [{one},{id}]",
            $"on_unregister [{two},{id}]",
            $"on_delete [{two},{id}]",
        }));
    }

    [Test]
    [Shows("registration-meta.not-to-itself")]
    public void Register_ByTheObserverItself_IsNotToldToIt()
    {
        var observer = _router.Join();
        observer.SubscribeTo("prefix", "wamp.registration.");

        var id = Register(observer, "com.procedure");
        observer.Send($"[66,9,{id}]");

        Assert.That(observer.Take(), Is.EqualTo(new[] { "[67,9]" }));
    }

    [Test]
    [Shows("registration-meta.list")]
    public void List_RegistrationsOfEveryKind_AreSortedByMatch()
    {
        var peer = _router.Join();
        var (exact, prefix, wildcard) = (Register(peer, "com.a"), Register(peer, "com.", """{"match":"prefix"}"""), Register(peer, "com..x", """{"match":"wildcard"}"""));

        Assert.That(peer.CallFor("wamp.registration.list").ToString(Formatting.None), Is.EqualTo($$"""{"exact":[{{exact}}],"prefix":[{{prefix}}],"wildcard":[{{wildcard}}]}"""));
    }

    [Test]
    [Shows("registration-meta.lookup", "registration-meta.match")]
    public void LookupAndMatch_ExactAndPattern_FindWhatTheyAreFor()
    {
        var peer = _router.Join();
        var (exact, prefix) = (Register(peer, "com.a"), Register(peer, "com.", """{"match":"prefix"}"""));

        Assert.Multiple(() =>
        {
            Assert.That((ulong)peer.CallFor("wamp.registration.lookup", """["com.a"]"""), Is.EqualTo(exact));
            Assert.That((ulong)peer.CallFor("wamp.registration.lookup", """["com.",{"match":"prefix"}]"""), Is.EqualTo(prefix));
            Assert.That(peer.Call("wamp.registration.lookup", """["com.b"]"""), Is.EqualTo("[50,7,{},[null]]"));
            Assert.That((ulong)peer.CallFor("wamp.registration.match", """["com.a"]"""), Is.EqualTo(exact));
            Assert.That((ulong)peer.CallFor("wamp.registration.match", """["com.b"]"""), Is.EqualTo(prefix));
            Assert.That(peer.Call("wamp.registration.match", """["org.b"]"""), Is.EqualTo("[50,7,{},[null]]"));
        });
    }

    [Test]
    [Shows("registration-meta.get", "registration-meta.callees")]
    public void GetListAndCount_SharedRegistration_DescribeIt()
    {
        var (first, one) = _router.JoinNamed();
        var (second, two) = _router.JoinNamed();
        var id = Register(first, "com.a", """{"invoke":"last"}""");
        Register(second, "com.a", """{"invoke":"last"}""");

        Assert.Multiple(() =>
        {
            Assert.That(first.CallFor("wamp.registration.get", $"[{id}.0]")["invoke"]!.ToString(), Is.EqualTo("last"));
            Assert.That(first.CallFor("wamp.registration.list_callees", $"[{id}]").Select(session => (ulong)session), Is.EqualTo(new[] { one, two }));
            Assert.That((int)first.CallFor("wamp.registration.count_callees", $"[{id}]"), Is.EqualTo(2));
        });
    }

    [TestCase("wamp.registration.get", "[4711]", WampErrors.NoSuchRegistration)]
    [TestCase("wamp.registration.list_callees", "[4711]", WampErrors.NoSuchRegistration)]
    [TestCase("wamp.registration.count_callees", "[4711]", WampErrors.NoSuchRegistration)]
    [TestCase("wamp.registration.remove_callee", "[4711,1]", WampErrors.NoSuchRegistration)]
    [TestCase("wamp.registration.get", "[0]", WampErrors.InvalidArgument)]
    [TestCase("wamp.registration.list_callees", "", WampErrors.InvalidArgument)]
    [TestCase("wamp.registration.lookup", "[]", WampErrors.InvalidArgument)]
    [TestCase("wamp.registration.match", """["com..a"]""", WampErrors.InvalidUri)]
    [TestCase("wamp.registration.remove_callee", "[1,2,3]", WampErrors.InvalidArgument)]
    public void Call_WrongArguments_NameTheMistake(string procedure, string payload, string error) =>
        Assert.That(_router.Join().Call(procedure, payload), Does.StartWith($"[8,48,7,{{}},\"{error}\","));

    [Test]
    [Shows("registration-meta.remove-callee", "revoke-registration.feature", "revoke-registration.reason", "revoke-registration.meta-event")]
    public void RemoveCallee_AnotherSession_LosesItAndIsTold()
    {
        var (admin, observer) = (_router.Join(), _router.Join());
        observer.SubscribeTo("prefix", "wamp.registration.on_");
        var callee = _router.Connect();
        var session = callee.Join(details: """{"roles":{"callee":{"features":{"registration_revocation":true}}}}""");
        var id = Register(callee, "com.a");
        observer.Take();

        Assert.That(admin.Call("wamp.registration.remove_callee", $"[{id},{session},\"com.why\"]"), Is.EqualTo("[50,7,{}]"));

        Assert.That(callee.Take(), Is.EqualTo(new[] { $$"""[67,0,{"registration":{{id}},"reason":"com.why"}]""" }));
        Assert.That(observer.Take().Select(SubscriptionMetaTests.Named), Is.EqualTo(new[] { $"on_unregister [{session},{id}]", $"on_delete [{session},{id}]" }));
        Assert.That(admin.Call("com.a"), Does.Contain(WampErrors.NoSuchProcedure));
    }

    [TestCase("{}", false)]
    [TestCase("""{"features":{"registration_revocation":true}}""", true)]
    [Shows("revoke-registration.meta-event")]
    public void RemoveCallee_SessionListensToTheEventsItself_LearnsOfItByThem(string features, bool isToldToo)
    {
        var (admin, callee) = (_router.Join(), _router.Connect());
        var session = callee.Join(details: "{\"roles\":{\"subscriber\":{},\"callee\":" + features + "}}");
        callee.SubscribeTo("prefix", "wamp.registration.");
        var id = Register(callee, "com.procedure");

        admin.Call("wamp.registration.remove_callee", $"[{id},{session}]");

        var messages = callee.Take();
        Assert.That(messages, Has.Count.EqualTo(isToldToo ? 2 : 1));
        Assert.That(messages.Select(SubscriptionMetaTests.Named), Has.Some.EqualTo($"on_unregister [{session},{id}]"));
    }

    [Test]
    public void RemoveCallee_SessionWithoutIt_IsNoSuchSession()
    {
        var (admin, session) = _router.JoinNamed();
        var id = Register(_router.Join(), "com.a");

        Assert.That(admin.Call("wamp.registration.remove_callee", $"[{id},{session}]"), Does.Contain(WampErrors.NoSuchSession));
    }

    private static ulong Register(TestPeer peer, string procedure, string options = "{}")
    {
        peer.Take();
        var answer = peer.Send($$"""[64,8,{{options}},"{{procedure}}"]""").Take().Single();
        Assert.That(answer, Does.StartWith("[65,8,"));
        return ulong.Parse(answer.TrimEnd(']').Split(',')[2], CultureInfo.InvariantCulture);
    }
}
