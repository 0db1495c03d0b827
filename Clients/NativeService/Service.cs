namespace NativeService;

/// <summary>Answers the calls, several at once.</summary>
internal sealed class Service : INativeService
{
    public Task<Order> OrderAsync(Order order) => Task.FromResult(order with { Count = order.Count + 1 });

    public Task<(int Quotient, int Remainder)> DivideAsync(int a, int b) => Task.FromResult((a / b, a % b));

    public IAsyncEnumerable<int> CountAsync(int upTo) => Enumerable.Range(1, upTo).ToAsyncEnumerable();
}

/// <summary>Prints what is ordered.</summary>
internal sealed class OrderBook : IOrderBook
{
    public Task OrderedAsync(List<Order> several)
    {
        Console.WriteLine($"ordered: {string.Join(", ", several.Select(order => order.Item))}");
        return Task.CompletedTask;
    }
}
