using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.Contracts;

/// <summary>How the methods of an object are registered and subscribed, and called with what comes.</summary>
internal sealed class ImplementationTests
{
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Register_EveryProcedure_WithTheOptionsOfItsAttribute()
    {
        var requests = new List<string>();
        var registering = _joined.Client.RegisterAsync<IShop>(new Shop(), options => options with { ForceReregister = options.Match != WampMatch.Exact });
        for (var id = 1; id <= 16; id++)
        {
            requests.Add(await _joined.Peer.AnswerAsync($"[65,$,{id}]"));
        }

        var service = await registering.Soon();
        Assert.That(service.Registrations.Select(registration => registration.Procedure), Is.Unique.And.Contains("com.example.shop.add").And.Contains("com.example.shop.shelf..price"));
        Assert.That(requests, Has.Some.Contains("""{},"com.example.shop.add"]"""));
        Assert.That(requests, Has.Some.Contains("""{"invoke":"roundrobin"},"com.example.shop.caller"]"""));
        Assert.That(requests.Single(request => request.Contains("shelf", StringComparison.Ordinal)), Does.Contain("\"match\":\"wildcard\"").And.Contain("\"force_reregister\":true"));
    }

    [Test]
    public async Task Register_OneIsRefused_UnregistersThoseBefore()
    {
        var registering = _joined.Client.RegisterAsync<IShop>(new Shop());
        await _joined.Peer.AnswerAsync("[65,$,1]");
        await _joined.Peer.AnswerAsync("""[8,64,$,{},"wamp.error.procedure_already_exists"]""");

        Assert.That(await _joined.Peer.AnswerAsync("[67,$]"), Is.EqualTo("[66,3,1]"));
        Assert.That(Assert.CatchAsync<WampException>(() => registering.Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.ProcedureAlreadyExists));
    }

    [TestCase("""["tea",2,"iced",5],{"currency":"USD","gift_to":"ada"}""", "2 tea iced 5 USD ada")]
    [TestCase("""["tea"]""", "1 tea - - EUR -")]
    [TestCase("""["tea",3,null,4]""", "3 tea - 4 EUR -")]
    [TestCase("""[],{"item":"tea","count":4,"note":"hot"}""", "4 tea hot - EUR -")]
    public async Task Invoke_Arguments_AreBoundByPositionThenByName(string arguments, string expected) =>
        Assert.That(await InvokeAsync("order", arguments), Is.EqualTo(expected));

    [Test]
    public void Invoke_ArgumentIsMissing_IsTheCallersMistake() =>
        Assert.That(Assert.CatchAsync<WampException>(() => InvokeAsync("order", "[]"))!.Message, Does.Contain("item"));

    [Test]
    public async Task Invoke_MoreArgumentsThanParameters_AreRefusedWhereTheAttributeSaysSo()
    {
        await RegisterAsync();

        await _joined.Peer.SendAsync("[68,1,1,{},[1,2,3]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.invalid_argument",""").And.Contain("takes 2 positional arguments"));
        await _joined.Peer.SendAsync("""[68,2,1,{},[],{"a":1,"b":2}]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[3]]"));
    }

    [Test]
    public async Task Invoke_Results_AreWhatTheReturnTypeSays()
    {
        await RegisterAsync();

        await _joined.Peer.SendAsync("[68,1,5,{},[7,2]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[3,1]]"), "SpreadResult");
        await _joined.Peer.SendAsync("[68,2,6,{},[[7,2]]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[[2,7]]]"), "a tuple");
        await _joined.Peer.SendAsync("[68,3,3,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,3,{}]"), "Task");
        await _joined.Peer.SendAsync("[68,4,11,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,4,{},[1,"two"],{"three":3}]"""), "WampArguments");
        await _joined.Peer.SendAsync("""[68,5,12,{"caller":77}]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,5,{},[77]]"), "WampInvocation");
        await _joined.Peer.SendAsync("""[68,6,13,{"procedure":"com.example.shop.shelf.3.price"}]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,6,{},["com.example.shop.shelf.3.price"]]"""), "a pattern");
        await _joined.Peer.SendAsync("[68,7,15,{},[1]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,7,{},[10]]"), "an enum, a number and a date that are left out");
        await _joined.Peer.SendAsync("[68,8,16,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,8,{}]"), "WampArguments that are null");
    }

    [Test]
    public async Task Invoke_Stream_IsProgressForWhoeverTakesItAndTheLastItemForOthers()
    {
        await RegisterAsync();

        await _joined.Peer.SendAsync("""[68,1,7,{"receive_progress":true},[2]]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,1,{"progress":true},[1]]"""));
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,1,{"progress":true},[2]]"""));
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,1,{}]"));
        await _joined.Peer.SendAsync("[68,2,7,{},[2]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[2]]"));
        await _joined.Peer.SendAsync("""[68,3,8,{"receive_progress":true},[1]]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[70,3,{"progress":true},[1,1]]"""), "SpreadResult");
    }

    [Test]
    public async Task Subscribe_EveryTopic_WithTheOptionsOfItsAttribute()
    {
        var news = new News();
        var subscribing = _joined.Client.SubscribeAsync<INews>(news, options => options with { GetRetained = true });
        Assert.That(await _joined.Peer.AnswerAsync("[33,$,1]"), Is.EqualTo("""[32,1,{"get_retained":true},"com.example.news.headline"]"""));
        Assert.That(await _joined.Peer.AnswerAsync("[33,$,2]"), Does.Contain("\"match\":\"prefix\"").And.EndWith("\"com.example.news.ticker.\"]"));
        Assert.That(await _joined.Peer.AnswerAsync("[33,$,3]"), Does.EndWith("\"com.example.weather\"]"));
        await subscribing.Soon();

        await _joined.Peer.SendAsync("""[36,1,11,{},["rain"],{"author":"ada"}]""");
        Assert.That(await news.NextAsync().Soon(), Is.EqualTo("rain by ada at com.example.news.headline"));
        await _joined.Peer.SendAsync("""[36,2,12,{"topic":"com.example.news.ticker.tea"},[1.25]]""");
        Assert.That(await news.NextAsync().Soon(), Is.EqualTo("1.25 at com.example.news.ticker.tea"));
        await _joined.Peer.SendAsync("[36,3,13,{},[21.5]]");
        Assert.That(await news.NextAsync().Soon(), Is.EqualTo("21.5 degrees"));
    }

    [Test]
    public async Task Subscribe_OneIsRefused_UnsubscribesFromThoseBefore()
    {
        var subscribing = _joined.Client.SubscribeAsync<INews>(new News());
        await _joined.Peer.AnswerAsync("[33,$,1]");
        await _joined.Peer.AnswerAsync("""[8,32,$,{},"wamp.error.not_authorized"]""");

        Assert.That(await _joined.Peer.AnswerAsync("[35,$]"), Is.EqualTo("[34,3,1]"));
        Assert.That(Assert.CatchAsync<WampException>(() => subscribing.Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.NotAuthorized));
    }

    [Test]
    public void Register_NoProcedures_SaysSo() =>
        Assert.That(Assert.CatchAsync<ArgumentException>(() => _joined.Client.RegisterAsync<INews>(new News()).Soon())!.Message, Does.Contain("INews has no procedures"));

    [Test]
    public void Subscribe_NoTopics_SaysSo() =>
        Assert.That(Assert.CatchAsync<ArgumentException>(() => _joined.Client.SubscribeAsync<IShop>(new Shop()).Soon())!.Message, Does.Contain("IShop has no topics"));

    /// <summary>Registers them all; the ids are 1, 2, 3… in the order of the interface.</summary>
    private async Task RegisterAsync()
    {
        var registering = _joined.Client.RegisterAsync<IShop>(new Shop());
        for (var id = 1; id <= 16; id++)
        {
            await _joined.Peer.AnswerAsync($"[65,$,{id}]");
        }

        await registering.Soon();
    }

    private static async Task<string> InvokeAsync(string procedure, string arguments)
    {
        var standIn = new StandInClient();
        await standIn.RegisterAsync<IShop>(new Shop());
        var all = System.Text.Json.Nodes.JsonNode.Parse($"[{arguments}]")!.AsArray();
        var sent = new WampPayload();
        foreach (var item in all[0]!.AsArray())
        {
            sent.Add(item);
        }

        foreach (var (name, value) in all.Count > 1 ? all[1]!.AsObject() : [])
        {
            sent.Add(name, value);
        }

        var uri = "com.example.shop." + procedure;
        var result = await standIn.Procedures[uri](WampModelFactory.Invocation(uri, sent)).Soon();
        return WampModelFactory.Arguments(result).Get<string>(0);
    }
}
