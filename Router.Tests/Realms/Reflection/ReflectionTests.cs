using Newtonsoft.Json;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Meta;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Reflection;

/// <summary>rfc/text/advanced/interface_reflection.md, a sketch: docs/reflection.md says the rest.</summary>
public sealed class ReflectionTests
{
    private const string Sum = """{"type":"procedure","args":["int","int"],"é":1.5}""";

    private TestRouter _router = null!;
    private TestPeer _service = null!;

    [SetUp]
    public void SetUp() => Start(TestRouter.OpenRealm);

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("procedure")]
    [TestCase("topic")]
    [TestCase("error")]
    public void Define_AnyKind_IsListedAndDescribedAsThatKindOnly(string kind)
    {
        var definition = $$"""{"type":"{{kind}}","doc":"what it is for"}""";
        Assert.That((bool)_service.CallFor("wamp.reflect.define", $$"""["com.math.sum",{{definition}}]"""), Is.True);
        var reader = _router.Join();

        foreach (var other in new[] { "procedure", "topic", "error" })
        {
            var isIt = other == kind;
            Assert.That(Text(reader, $"wamp.reflection.{other}.list"), Is.EqualTo(isIt ? """["com.math.sum"]""" : "[]"));
            Assert.That(Text(reader, $"wamp.reflection.{other}.describe", """["com.math.sum"]"""), Is.EqualTo(isIt ? definition : "null"));
        }

        Assert.That(Text(reader, "wamp.reflect.describe", """["com.math.sum"]"""), Is.EqualTo($"[{definition}]"));
    }

    [Test]
    public void Define_OneUriAsSeveralKinds_DescribesAll()
    {
        Define(_service, "com.a", """{"type":"topic"}""");
        Define(_service, "com.a", """{"type":"procedure"}""");

        Assert.That(Text(_service, "wamp.reflect.describe", """["com.a"]"""), Is.EqualTo("""[{"type":"topic"},{"type":"procedure"}]"""));
    }

    [Test]
    public void List_WhatIsInUse_IsListedToo()
    {
        _service.Send("""[32,1,{},"com.b"]""").Send("""[32,2,{"match":"prefix"},"com.pattern"]""").Send("""[32,3,{},"wamp.session.on_join"]""");
        _service.Send("""[64,4,{},"com.c"]""").Send("""[64,5,{"match":"wildcard"},"com..d"]""");
        Define(_service, "com.a", """{"type":"topic"}""");
        Define(_service, "com.b", """{"type":"topic"}""");

        Assert.That(Text(_service, "wamp.reflection.topic.list"), Is.EqualTo("""["com.a","com.b"]"""));
        Assert.That(Text(_service, "wamp.reflection.procedure.list"), Is.EqualTo("""["com.c"]"""));
    }

    [Test]
    public void Describe_OtherSerializer_IsTranscoded()
    {
        Define(_service, "com.a", Sum);
        var reader = _router.Connect(TestPeer.Local(WireFormat.MessagePack));
        reader.Send(Encoded("""[1,"realm1",{"roles":{"caller":{}}}]""")).TakeBytes();

        reader.Send(Encoded("""[48,1,{},"wamp.reflection.procedure.describe",["com.a"]]"""));

        Assert.That(reader.TakeBytes().Single(), Is.EqualTo(Encoded($"[50,1,{{}},[{Sum}]]")));
    }

    [Test]
    public void Define_SeveralSessions_TheLatestHoldsUntilItGoes()
    {
        var second = _router.Join();
        var listener = Listen();
        Define(_service, "com.a", """{"type":"topic","v":1}""");
        Assert.That(Define(second, "com.a", """{"type":"topic","v":2}"""), Is.False, "it was defined");
        Assert.That(Define(_service, "com.a", """{"type":"topic","v":2}"""), Is.False, "says the same");
        Assert.That(Define(_service, "com.a", """{"type":"topic","v":3}"""), Is.False);
        _service.Disconnect();
        Assert.That(Text(second, "wamp.reflection.topic.describe", """["com.a"]"""), Is.EqualTo("""{"type":"topic","v":2}"""));
        second.Disconnect();

        Assert.That(listener.TakeEvents(), Is.EqualTo(new[]
        {
            """["com.a",{"type":"topic","v":1},true]""",
            """["com.a",{"type":"topic","v":2},false]""",
            """["com.a",{"type":"topic","v":3},false]""",
            """["com.a",{"type":"topic","v":2},false]""",
            """["com.a","topic"]""",
        }));
    }

    [Test]
    public void Define_Null_TakesTheOwnDefinitionBack()
    {
        var second = _router.Join();
        Define(_service, "com.a", """{"type":"topic"}""");
        Define(_service, "com.a", """{"type":"error"}""");
        var listener = Listen();

        Assert.That(Text(second, "wamp.reflect.define", """["com.a",null]"""), Is.EqualTo("false"), "nobody takes back what is another's");
        Assert.That(Text(_service, "wamp.reflect.define", """["com.a",null],{"type":"error"}"""), Is.EqualTo("true"));
        Assert.That(Text(second, "wamp.reflect.describe", """["com.a"]"""), Is.EqualTo("""[{"type":"topic"}]"""));
        Assert.That(Text(_service, "wamp.reflect.define", """["com.a",null]"""), Is.EqualTo("true"));
        Assert.That(Text(_service, "wamp.reflect.define", """["com.a",null]"""), Is.EqualTo("false"));

        Assert.That(listener.TakeEvents(), Is.EqualTo(new[] { """["com.a","error"]""", """["com.a","topic"]""" }));
    }

    [Test]
    public void Define_TheSessionItself_IsNotTold()
    {
        _service.Send("""[32,1,{},"wamp.reflect.on_define"]""").Send("""[32,2,{},"wamp.reflect.on_undefine"]""").Take();

        _service.Send("""[48,3,{},"wamp.reflect.define",["com.a",{"type":"topic"}]]""").Send("""[48,4,{},"wamp.reflect.define",["com.a",null]]""");

        Assert.That(_service.Take(), Is.EqualTo(new[] { "[50,3,{},[true]]", "[50,4,{},[true]]" }));
    }

    [TestCase("wamp.reflect.define", """["com.a"]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflect.define", """["com.a",7]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflect.define", """["com.a",{}]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflect.define", """["com.a",{"type":"interface"}]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflect.define", """["com.a",{"type":7}]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflect.define", """["com.a",null],{"type":"x"}""", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflect.define", """["com..a",{"type":"topic"}]""", WampErrors.InvalidUri)]
    [TestCase("wamp.reflect.define", """["wamp.session.count",{"type":"procedure"}]""", WampErrors.InvalidUri)]
    [TestCase("wamp.reflect.describe", "[]", WampErrors.InvalidArgument)]
    [TestCase("wamp.reflection.topic.describe", "[1]", WampErrors.InvalidArgument)]
    public void Call_WrongArguments_NameTheMistake(string procedure, string payload, string error) =>
        Assert.That(_service.Call(procedure, payload), Does.StartWith($"[8,48,7,{{}},\"{error}\","));

    // The role may do everything but what the rule for com.a leaves.
    [TestCase("None", "topic", false, false)]
    [TestCase("None", "procedure", false, false)]
    [TestCase("None", "error", true, true)]
    [TestCase("Publish", "topic", true, true)]
    [TestCase("Subscribe", "topic", true, true)]
    [TestCase("Call", "procedure", true, false)]
    [TestCase("Register", "procedure", true, true)]
    [TestCase("Publish, Subscribe", "procedure", false, false)]
    [TestCase("Call, Register", "topic", false, false)]
    public void ListDescribeDefine_Permissions_AreThoseOfTheUri(string allowed, string kind, bool maySee, bool mayDefine)
    {
        _router.Dispose();
        var limited = TestRouter.OpenRealm.Roles[0] with { Name = "guest", Permissions = [.. TestRouter.OpenRealm.Roles[0].Permissions, new PermissionRule { Uri = "com.a", Allow = Enum.Parse<Permissions>(allowed) }] };
        Start(TestRouter.OpenRealm with { Roles = [TestRouter.OpenRealm.Roles[0], limited] });
        Define(_service, "com.a", $$"""{"type":"{{kind}}"}""");
        var guest = new Broker.BrokerMember(_router.Hosted.Realm, authRole: "guest");

        Assert.That(Call(guest, $"wamp.reflection.{kind}.list"), Is.EqualTo(maySee ? """[50,7,{},[["com.a"]]]""" : "[50,7,{},[[]]]"));
        Assert.That(Call(guest, $"wamp.reflection.{kind}.describe", """["com.a"]"""), maySee ? Does.StartWith("[50,") : Does.Contain(WampErrors.NotAuthorized));
        Assert.That(Call(guest, "wamp.reflect.describe", """["com.a"]"""), maySee ? Does.Contain(kind) : Is.EqualTo("[50,7,{},[[]]]"));
        Assert.That(Call(guest, "wamp.reflect.define", $$"""["com.a",{"type":"{{kind}}"}]"""), mayDefine ? Does.StartWith("[50,") : Does.Contain(WampErrors.NotAuthorized));
    }

    // A definition of these takes 2 × 5 bytes for its URI and 12 for {"type":"topic"}.
    [TestCase(2, 1_000, 100, 1_000, "this session")]
    [TestCase(100, 44, 100, 1_000, "this session")]
    [TestCase(100, 1_000, 2, 1_000, "the realm")]
    [TestCase(100, 1_000, 100, 44, "the realm")]
    public void Define_MoreThanTheLimits_IsRefusedAndRoomComesBack(int count, int bytes, int realmCount, int realmBytes, string full)
    {
        _router.Dispose();
        Start(TestRouter.OpenRealm with
        {
            Limits = new RealmLimits { MaxDefinitionsPerSession = count, MaxDefinitionBytesPerSession = bytes, MaxDefinitions = realmCount, MaxDefinitionBytes = realmBytes },
        });
        Define(_service, "com.a", """{"type":"topic"}""");
        Define(_service, "com.b", """{"type":"topic"}""");

        Assert.That(_service.Call("wamp.reflect.define", """["com.c",{"type":"topic"}]"""), Does.Contain(WampErrors.Unavailable).And.Contain(full));
        Assert.That(Define(_service, "com.b", """{"type":"topic"}"""), Is.False, "in place of the old one it fits");
        Assert.That(Text(_service, "wamp.reflect.define", """["com.a",null]"""), Is.EqualTo("true"));
        Assert.That(Define(_service, "com.c", """{"type":"topic"}"""), Is.True);
    }

    [Test]
    public void Define_SessionsComeAndGo_NothingIsLeftThatCounts()
    {
        _router.Dispose();
        Start(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxDefinitions = 1, MaxDefinitionBytes = 22 } });
        for (var i = 0; i < 3; i++)
        {
            Assert.That(Define(_service, "com.a", """{"type":"topic"}"""), Is.True);
            _service.Disconnect();
            _service = _router.Join();
        }

        Assert.That(Text(_service, "wamp.reflection.topic.list"), Is.EqualTo("[]"));
    }

    [Test]
    public void Put_ASessionThatHasLeft_LeavesNothing()
    {
        var realm = new Realm(TestRouter.OpenRealm);
        var gone = new Broker.BrokerMember(realm);
        realm.Leave(gone.Member, FlushBatch.OfThread);

        Call(realm, gone, "wamp.reflect.define", """["com.a",{"type":"topic"}]""");

        Assert.That(Call(realm, new Broker.BrokerMember(realm), "wamp.reflection.topic.list"), Is.EqualTo("[50,7,{},[[]]]"));
    }

    [Test]
    public void Welcome_BothRoles_AnnounceItInBothPlaces()
    {
        var welcome = Newtonsoft.Json.Linq.JArray.Parse(_router.Connect().Send("""[1,"realm1",{"roles":{"caller":{}}}]""").Take().Single());

        foreach (var role in new[] { "broker", "dealer" })
        {
            Assert.That((bool)welcome[2]["roles"]![role]!["reflection"]!, Is.True);
            Assert.That((bool)welcome[2]["roles"]![role]!["features"]!["reflection"]!, Is.True);
        }
    }

    private static bool Define(TestPeer peer, string uri, string definition) => (bool)peer.CallFor("wamp.reflect.define", $"[\"{uri}\",{definition}]");

    private static string Text(TestPeer peer, string procedure, string payload = "") => peer.CallFor(procedure, payload).ToString(Formatting.None);

    private static byte[] Encoded(string json)
    {
        var writer = new TokenWriter(WireFormat.MessagePack);
        Assert.That(PayloadTranscoder.TryTranscode(WireFormat.Json, System.Text.Encoding.UTF8.GetBytes(json), 1, writer, out var fault), Is.True, fault);
        return writer.Output.Written.ToArray();
    }

    private static string Call(Realm realm, Broker.BrokerMember member, string procedure, string payload = "")
    {
        var json = $$"""[48,7,{},"{{procedure}}"{{(payload.Length == 0 ? "" : ",")}}{{payload}}]""";
        Assert.That(MessageReader.TryRead(WireFormat.Json, System.Text.Encoding.UTF8.GetBytes(json), out var call, out var fault), Is.True, fault);
        Assert.That(realm.Route(member.Member, call, FlushBatch.OfThread), Is.Null);
        return member.Peer.Sent[^1];
    }

    private string Call(Broker.BrokerMember member, string procedure, string payload = "") => Call(_router.Hosted.Realm, member, procedure, payload);

    private TestPeer Listen()
    {
        var listener = _router.Join();
        listener.Send("""[32,1,{},"wamp.reflect.on_define"]""").Send("""[32,2,{},"wamp.reflect.on_undefine"]""").Take();
        return listener;
    }

    private void Start(RealmSettings realm)
    {
        _router = new TestRouter(realm);
        _service = _router.Join();
    }
}
