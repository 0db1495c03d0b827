using WampRouter.Client;

namespace NativeService;

/// <summary>What the service offers. Callers with this interface call it through a proxy, as the service does itself; others by the URIs.</summary>
[WampContract("com.example.native")]
internal partial interface INativeService
{
    [WampProcedure("order")]
    Task<Order> OrderAsync(Order order);

    [WampProcedure("divide")]
    Task<(int Quotient, int Remainder)> DivideAsync(int a, int b);

    [WampProcedure("count")]
    IAsyncEnumerable<int> CountAsync(int upTo);
}

/// <summary>What the service listens to.</summary>
[WampContract]
internal partial interface IOrderBook
{
    [WampTopic("com.example.native.orders")]
    Task OrderedAsync(List<Order> several);
}
