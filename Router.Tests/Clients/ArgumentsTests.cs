using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>How arguments are put together and taken apart.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ArgumentsTests(WampSerializer serializer)
{
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task PublishAsync_SeveralOfBothKinds_AreAListAndADictionary()
    {
        await _joined.Client.PublishAsync("com.example.t", new() { 1, "two", { "a", 1 }, { "b", "x" }, { "c", null } });

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[1,"two"],{"a":1,"b":"x","c":null}]"""));
    }

    [Test]
    public async Task PublishAsync_SmallFloats_KeepTheirKind()
    {
        await _joined.Client.PublishAsync("com.example.t", [1f, -0f, 0f, 0.5f, -3f, -0d, 999_999_999_999_999d]);

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[1.0,-0.0,0.0,0.5,-3.0,-0.0,999999999999999.0]]"""));
    }

    [Test]
    public void Add_ANameTwice_IsRefused()
    {
        var payload = new WampPayload { { "a", 1 }, { "b", 2 } };

        Assert.That(() => payload.Add("a", 3), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(payload.Named.Select(named => named.Key), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task GetOr_ThereOrNot_IsTheArgumentOrTheFallback()
    {
        var calling = _joined.Client.CallAsync("com.example.p");
        await _joined.Peer.AnswerAsync("""[50,$,{},[1,2],{"a":3}]""");
        var arguments = await calling.Soon();

        Assert.That(new[] { -1, 0, 1, 2 }.Select(index => arguments.GetOr(index, 9)), Is.EqualTo(new[] { 9, 1, 2, 9 }));
        Assert.That((arguments.GetOr("a", 9), arguments.GetOr("b", 9)), Is.EqualTo((3, 9)));
    }

    [Test]
    public async Task RegisterAsync_HandlersWithoutAResult_GetTheirArgumentsAndAnswerEmpty()
    {
        var seen = new List<string>();
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p0", () => seen.Add("none")), 700);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p1", (int a) => seen.Add($"{a}")), 701);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p2", (int a, string b) => seen.Add($"{a}{b}")), 702);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p3", (int a, string b, bool c) => seen.Add($"{a}{b}{c}")), 703);

        for (var i = 0; i <= 3; i++)
        {
            await _joined.Peer.SendAsync($$"""[68,{{i + 1}},{{700 + i}},{},[7,"x",true]]""");
            Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($"[70,{i + 1},{{}}]"));
        }

        Assert.That(seen, Is.EqualTo(new[] { "none", "7", "7x", "7xTrue" }));
    }

    [Test]
    public async Task RegisterAsync_HandlersThatAreTasks_GetTheirArgumentsAndAnswer()
    {
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p0", () => Task.FromResult("none")), 700);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p1", (int a) => Task.FromResult($"{a}")), 701);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p2", (int a, string b) => Task.FromResult($"{a}{b}")), 702);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p3", (int a, string b, bool c) => Task.FromResult($"{a}{b}{c}")), 703);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p4", (int a, string b, bool c, int d) => Task.FromResult($"{a}{b}{c}{d}")), 704);

        string[] results = ["none", "7", "7x", "7xTrue", "7xTrue8"];
        for (var i = 0; i < results.Length; i++)
        {
            await _joined.Peer.SendAsync($$"""[68,{{i + 1}},{{700 + i}},{},[7,"x",true,8]]""");
            Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($"[70,{i + 1},{{}},[\"{results[i]}\"]]"));
        }
    }
}
