using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.Contracts;

/// <summary>What the methods of a proxy put on the wire, and what they read from it.</summary>
internal sealed class ProxyTests
{
    private JoinedClient _joined = null!;
    private IShop _shop = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        _shop = _joined.Client.CreateProxy<IShop>();
    }

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Call_PositionalArguments_AreSentInOrderAndTheResultIsRead()
    {
        var sum = _shop.AddAsync(2, 3);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[5]]"), Is.EqualTo("""[48,1,{},"com.example.shop.add",[2,3]]"""));
        Assert.That(await sum.Soon(), Is.EqualTo(5));
    }

    [Test]
    public async Task Call_DefaultThatIsNoNull_IsSent_AndNullIsLeftOut()
    {
        var order = _shop.OrderAsync("tea");

        Assert.That(await _joined.Peer.AnswerAsync("""[50,$,{},["1 tea"]]"""), Is.EqualTo("""[48,1,{},"com.example.shop.order",["tea",1],{"currency":"EUR"}]"""));
        Assert.That(await order.Soon(), Is.EqualTo("1 tea"));
    }

    [Test]
    public async Task Call_NullBeforeAnArgumentThatIsThere_KeepsItsPlace()
    {
        var order = _shop.OrderAsync("tea", discount: 3, giftTo: "ada");

        Assert.That(
            await _joined.Peer.AnswerAsync("""[50,$,{},["1 tea"]]"""), Is.EqualTo("""[48,1,{},"com.example.shop.order",["tea",1,null,3],{"currency":"EUR","gift_to":"ada"}]"""));
        await order.Soon();
    }

    [Test]
    public async Task Call_List_IsOneArgument()
    {
        var bounds = _shop.BoundsAsync([3, 1, 2]);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[[1,3]]]"), Is.EqualTo("""[48,1,{},"com.example.shop.bounds",[[3,1,2]]]"""));
        Assert.That(await bounds.Soon(), Is.EqualTo((1, 3)), "a tuple is a list");
    }

    [Test]
    public async Task Call_SpreadResult_ReadsAnArgumentForEachItem()
    {
        var division = _shop.DivideAsync(7, 2);

        await _joined.Peer.AnswerAsync("[50,$,{},[3,1]]");
        Assert.That(await division.Soon(), Is.EqualTo((3, 1)));
    }

    [Test]
    public async Task Call_OptionsOfTheAttribute_AreThoseOfTheMethodOnly()
    {
        _ = _shop.ClearAsync();
        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo("""[48,1,{"timeout":5000},"com.example.shop.clear"]"""));
        _ = _shop.CallerAsync();
        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[9]]"), Is.EqualTo("""[48,2,{"disclose_me":true},"com.example.shop.caller"]"""));
        _ = _shop.EverythingAsync();
        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo("""[48,3,{},"com.example.shop.everything"]"""));
    }

    [Test]
    public async Task Call_OptionsOfTheProxy_AreTheOnesAttributesChange()
    {
        var shop = _joined.Client.CreateProxy<IShop>(new WampCallOptions { Timeout = TimeSpan.FromSeconds(1), DiscloseMe = true });

        _ = shop.ClearAsync();
        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Does.Contain("\"timeout\":5000").And.Contain("\"disclose_me\":true"));
        _ = shop.EverythingAsync();
        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Does.Contain("\"timeout\":1000").And.Contain("\"disclose_me\":true"));
    }

    [Test]
    public async Task Call_OptionsAsAnArgument_TakeTheirPlace()
    {
        var shop = _joined.Client.CreateProxy<IShop>(new WampCallOptions { DiscloseMe = true });

        var closing = shop.CloseAsync(new WampCallOptions { Timeout = TimeSpan.FromSeconds(2) });

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{}]"), Is.EqualTo("""[48,1,{"timeout":2000},"com.example.shop.close"]"""));
        await closing.Soon();
    }

    [Test]
    public async Task Call_NamesThatAreKeywords_AreSentAsTheyAreMeant()
    {
        var call = _shop.@class(1, day: DayOfWeek.Sunday);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[4]]"), Is.EqualTo("""[48,1,{},"com.example.shop.class",[1,0,1.5,"0001-01-01T00:00:00"]]"""));
        Assert.That(await call.Soon(), Is.EqualTo(4));
    }

    [Test]
    public async Task Call_MethodWithABody_CallsWhatTheBodyCalls()
    {
        var sum = _shop.AddOneAsync(2);

        Assert.That(await _joined.Peer.AnswerAsync("[50,$,{},[3]]"), Is.EqualTo("""[48,1,{},"com.example.shop.add",[2,1]]"""));
        Assert.That(await sum.Soon(), Is.EqualTo(3));
    }

    [Test]
    public async Task Call_CanceledToken_CancelsTheCall()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = _shop.WaitAsync(cancellation.Token);
        await _joined.Peer.ReceiveAsync();

        await cancellation.CancelAsync();

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
        Assert.CatchAsync<OperationCanceledException>(() => waiting.Soon());
    }

    [Test]
    public void Call_OfAPattern_SaysThatItIsOne() =>
        Assert.That(Assert.Throws<NotSupportedException>(() => _shop.PriceAsync(null!))!.Message, Does.StartWith("'com.example.shop.shelf..price' is a pattern"));

    [Test]
    public async Task Publish_OptionsOfTheAttribute_AreSent()
    {
        await _joined.Client.CreateProxy<INews>().HeadlineAsync("rain", "ada").Soon();

        Assert.That(
            await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{"disclose_me":true,"retain":true},"com.example.news.headline",["rain"],{"author":"ada"}]"""));
    }

    [Test]
    public async Task Publish_Acknowledged_WaitsForTheRouterAndHearsItsRefusal()
    {
        var weather = _joined.Client.CreateProxy<IWeather>();

        var refused = weather.WeatherAsync(21.5).AsTask();
        Assert.That(await _joined.Peer.AnswerAsync("""[8,16,$,{},"wamp.error.not_authorized"]"""), Is.EqualTo("""[16,1,{"acknowledge":true},"com.example.weather",[21.5]]"""));
        Assert.That(Assert.CatchAsync<WampException>(() => refused.Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.NotAuthorized));

        var published = weather.WeatherAsync(22.5, new WampPublishOptions { ExcludeMe = false });
        Assert.That(await _joined.Peer.AnswerAsync("[17,$,9]"), Is.EqualTo("""[16,2,{"acknowledge":true,"exclude_me":false},"com.example.weather",[22.5]]"""));
        await published.Soon();
    }

    [Test]
    public void Publish_ToAPattern_SaysThatItIsOne() =>
        Assert.That(Assert.Throws<NotSupportedException>(() => _joined.Client.CreateProxy<INews>().TickerAsync(1, null!))!.Message, Does.Contain("can be subscribed to"));
}
