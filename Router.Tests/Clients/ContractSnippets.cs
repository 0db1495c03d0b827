using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>The snippets on typed interfaces of the client's README, word for word; ReadmeTests compares them.</summary>
[SuppressMessage("Style", "IDE0059", Justification = "Snippets show results.")]
internal static partial class ContractSnippets
{
    public static async Task RegisterAsync(IWampClient service)
    {
        await using var calculator = await service.RegisterAsync<ICalculator>(new PrimeCalculator());
    }

    public static async Task CallAsync(IWampClient client, CancellationToken cancellationToken)
    {
        var calculator = client.CreateProxy<ICalculator>();
        var sum = await calculator.AddAsync(2, 3, cancellationToken);
        await foreach (var prime in calculator.PrimesAsync(100, cancellationToken))
        {
            Console.WriteLine(prime);
        }
    }

    public static async Task MeasureAsync(IWampClient client)
    {
        await client.CreateProxy<IThermometer>().MeasuredAsync(21.5, "attic");
        await using var thermometer = await client.SubscribeAsync<IThermometer>(new Display());
    }

    [WampContract("com.example.calculator")]
    public partial interface ICalculator
    {
        [WampProcedure("add")]
        Task<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

        [WampProcedure("divide", SpreadResult = true)]
        Task<(int Quotient, int Remainder)> DivideAsync(int a, int b);

        [WampProcedure("primes", TimeoutMilliseconds = 60_000)]
        IAsyncEnumerable<int> PrimesAsync(int upTo, CancellationToken cancellationToken = default);
    }

    [WampContract]
    public partial interface IThermometer
    {
        [WampTopic("com.example.temperature", Retain = true, GetRetained = true)]
        Task MeasuredAsync(double celsius, [WampNamed] string? sensor = null, WampEvent? message = null);
    }

    private sealed class PrimeCalculator : ICalculator
    {
        public Task<int> AddAsync(int a, int b, CancellationToken cancellationToken) => Task.FromResult(a + b);

        public Task<(int Quotient, int Remainder)> DivideAsync(int a, int b) => Task.FromResult((a / b, a % b));

        public IAsyncEnumerable<int> PrimesAsync(int upTo, CancellationToken cancellationToken) =>
            Enumerable.Range(2, upTo - 1).Where(number => !Enumerable.Range(2, number - 2).Any(divisor => number % divisor == 0)).ToAsyncEnumerable();
    }

    private sealed class Display : IThermometer
    {
        public Task MeasuredAsync(double celsius, string? sensor, WampEvent? message) => Task.CompletedTask;
    }
}
