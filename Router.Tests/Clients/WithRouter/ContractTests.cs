using WampRouter.Client;
using WampRouter.Tests.Clients.Contracts;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>One interface on both sides of a real router.</summary>
[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class ContractTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private Shop _implementation = null!;
    private WampClient _caller = null!;
    private WampClient _callee = null!;
    private IShop _shop = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        (_caller, _callee, _implementation) = (await JoinAsync(), await JoinAsync(), new Shop());
        await _callee.RegisterAsync<IShop>(_implementation).Soon();
        _shop = _caller.CreateProxy<IShop>();
    }

    [Test]
    public async Task Call_EveryKindOfResult_ArrivesAsItWasReturned()
    {
        Assert.That(await _shop.AddAsync(2, 3).Soon(), Is.EqualTo(5));
        Assert.That(await _shop.OrderAsync("tea", 2, discount: 5, giftTo: "ada").Soon(), Is.EqualTo("2 tea - 5 EUR ada"));
        Assert.That(await _shop.DivideAsync(7, 2).Soon(), Is.EqualTo((3, 1)));
        Assert.That(await _shop.BoundsAsync([3, 1, 2]).Soon(), Is.EqualTo((1, 3)));
        Assert.That(await _shop.CallerAsync().Soon(), Is.EqualTo(_caller.Session!.Id));
        Assert.That((await _shop.EverythingAsync().Soon()).Get<int>("three"), Is.EqualTo(3));
        Assert.That(await _shop.@class(1, factor: 2, at: new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)).Soon(), Is.EqualTo(2013));
        await _shop.ClearAsync().Soon();
    }

    [Test]
    public void Call_ProcedureFails_ThrowsWhatItThrew()
    {
        var refused = ErrorOf(() => _shop.OrderAsync("tea", 0).AsTask());
        Assert.That((refused.ErrorUri, refused.Arguments.Get<int>(0), refused.Arguments.Get<string>("item")), Is.EqualTo((Shop.NothingOrdered, 0, "tea")));
        Assert.That(ErrorOf(() => _shop.CloseAsync().AsTask()).ErrorUri, Is.EqualTo(WampErrorUri.RuntimeError));
    }

    [Test]
    public async Task Call_Canceled_CancelsTheProcedure()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _shop.WaitAsync(cancellation.Token);
        await _implementation.Waiting.Task.Soon();

        await cancellation.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        await _implementation.Canceled.Task.Soon();
    }

    [Test]
    public async Task Stream_Results_ComeInOrderAndAll()
    {
        Assert.That(await ListAsync(_shop.CountAsync(200)).Soon(), Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(await ListAsync(_shop.SquaresAsync(3)).Soon(), Is.EqualTo(new[] { (1, 1), (2, 4), (3, 9) }));
        Assert.That(await _caller.CallAsync<int>("com.example.shop.count", [3]).Soon(), Is.EqualTo(3), "who takes no progress gets the last");
    }

    [Test]
    public async Task Stream_ReaderLeaves_CancelsTheProcedure()
    {
        await foreach (var number in _shop.CountAsync(0))
        {
            Assert.That(number, Is.Zero);
            break;
        }

        await _implementation.Canceled.Task.Soon();
    }

    [Test]
    public async Task Pieces_OneWayAndBothWays_AllArrive()
    {
        Assert.That(await _shop.UploadAsync(new[] { new byte[3], new byte[4] }.ToAsyncEnumerable()).Soon(), Is.EqualTo(7));
        Assert.That(await ListAsync(_shop.DoubledAsync(Enumerable.Range(1, 50).ToAsyncEnumerable())).Soon(), Is.EqualTo(Enumerable.Range(1, 50).Select(number => 2 * number)));
    }

    [Test]
    public async Task Topics_PublishedByAProxy_AreHandledByTheOtherSide()
    {
        var news = new News();
        await using var subscriptions = await _callee.SubscribeAsync<INews>(news).Soon();
        var publisher = _caller.CreateProxy<INews>();

        await publisher.HeadlineAsync("rain").Soon();
        Assert.That(await news.NextAsync().Soon(), Is.EqualTo("rain by nobody at com.example.news.headline"));
        await publisher.WeatherAsync(21.5).Soon();
        Assert.That(await news.NextAsync().Soon(), Is.EqualTo("21.5 degrees"));
        await _caller.PublishAcknowledgedAsync("com.example.news.ticker.tea", [1.25m]).Soon();
        Assert.That(await news.NextAsync().Soon(), Is.EqualTo("1.25 at com.example.news.ticker.tea"));
    }

    [Test]
    public async Task Service_Disposed_OffersNothingAnyMore()
    {
        await using (await _caller.RegisterAsync<IEcho>(new Echo()).Soon())
        {
            Assert.That(await _callee.CreateProxy<IEcho>().EchoAsync("x").Soon(), Is.EqualTo("x"));
        }

        Assert.That(ErrorOf(() => _callee.CreateProxy<IEcho>().EchoAsync("x")).ErrorUri, Is.EqualTo(WampErrorUri.NoSuchProcedure));
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> results) => await results.ToListAsync();

    private sealed class Echo : IEcho
    {
        public Task<string> EchoAsync(string text) => Task.FromResult(text);
    }
}

[WampContract]
internal partial interface IEcho
{
    [WampProcedure("com.example.echo")]
    Task<string> EchoAsync(string text);
}
