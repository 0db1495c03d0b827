using WampRouter.Client;

namespace WampRouter.Tests.Clients.Contracts;

/// <summary>A contract with one method for each thing a procedure's method can have.</summary>
[WampContract("com.example.shop")]
internal partial interface IShop
{
    [WampProcedure("add", RefuseExtraArguments = true)]
    Task<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    [WampProcedure("order")]
    ValueTask<string> OrderAsync(string item, int count = 1, string? note = null, int? discount = null, [WampNamed] string currency = "EUR", [WampNamed("gift_to")] string? giftTo = null);

    [WampProcedure("clear", TimeoutMilliseconds = 5000)]
    Task ClearAsync();

    [WampProcedure("close")]
    ValueTask CloseAsync(WampCallOptions? options = null);

    [WampProcedure("divide", SpreadResult = true)]
    Task<(int Quotient, int Remainder)> DivideAsync(int a, int b);

    [WampProcedure("bounds")]
    Task<(int Least, int Most)> BoundsAsync(int[] numbers);

    [WampProcedure("count", Concurrency = 3)]
    IAsyncEnumerable<int> CountAsync(int upTo, CancellationToken cancellationToken = default);

    [WampProcedure("squares", SpreadResult = true)]
    IAsyncEnumerable<(int Number, int Square)> SquaresAsync(int upTo);

    [WampProcedure("upload")]
    Task<long> UploadAsync(IAsyncEnumerable<byte[]> blocks, CancellationToken cancellationToken = default);

    [WampProcedure("doubled")]
    IAsyncEnumerable<int> DoubledAsync(IAsyncEnumerable<int> numbers, CancellationToken cancellationToken = default);

    [WampProcedure("everything")]
    Task<WampArguments> EverythingAsync();

    [WampProcedure("caller", DiscloseMe = true, Invoke = WampInvokePolicy.RoundRobin)]
    Task<long?> CallerAsync(WampInvocation? call = null);

    [WampProcedure("shelf..price", Match = WampMatch.Wildcard)]
    Task<string> PriceAsync(WampInvocation call);

    [WampProcedure("wait")]
    Task WaitAsync(CancellationToken cancellationToken = default);

    [WampProcedure("class")]
    Task<int> @class(int @event, DayOfWeek day = DayOfWeek.Friday, double factor = 1.5, DateTime at = default);

    [WampProcedure("nothing")]
    Task<WampArguments?> NothingAsync();

    /// <summary>No procedure: it has a body and no attribute.</summary>
    Task<int> AddOneAsync(int a) => AddAsync(a, 1);
}
