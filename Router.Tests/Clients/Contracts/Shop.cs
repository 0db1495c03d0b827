using System.Globalization;
using System.Runtime.CompilerServices;
using WampRouter.Client;

namespace WampRouter.Tests.Clients.Contracts;

/// <summary>Answers the calls of <see cref="IShop"/> so that a test sees what it was called with.</summary>
internal sealed class Shop : IShop
{
    public const string NothingOrdered = "com.example.error.nothing_ordered";

    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Canceled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Cleared { get; private set; }

    public Task<int> AddAsync(int a, int b, CancellationToken cancellationToken) => Task.FromResult(a + b);

    public async ValueTask<string> OrderAsync(string item, int count, string? note, int? discount, string currency, string? giftTo)
    {
        await Task.Yield();
        return count > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{count} {item} {note ?? "-"} {discount?.ToString(CultureInfo.InvariantCulture) ?? "-"} {currency} {giftTo ?? "-"}")
            : throw new WampException(NothingOrdered, "Order one at least.", new WampPayload { count, { "item", item } });
    }

    public Task ClearAsync()
    {
        Cleared++;
        return Task.CompletedTask;
    }

    public ValueTask CloseAsync(WampCallOptions? options) => throw new InvalidOperationException("The key is lost.");

    public Task<(int Quotient, int Remainder)> DivideAsync(int a, int b) => Task.FromResult((a / b, a % b));

    public Task<(int Least, int Most)> BoundsAsync(int[] numbers) => Task.FromResult((numbers.Min(), numbers.Max()));

    public async IAsyncEnumerable<int> CountAsync(int upTo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var number = 1; number <= upTo; number++)
        {
            await Task.Yield();
            yield return number;
        }

        if (upTo == 0)
        {
            yield return 0;
            await WaitAsync(cancellationToken);
        }
    }

    public IAsyncEnumerable<(int Number, int Square)> SquaresAsync(int upTo) => Enumerable.Range(1, upTo).Select(number => (number, number * number)).ToAsyncEnumerable();

    public async Task<long> UploadAsync(IAsyncEnumerable<byte[]> blocks, CancellationToken cancellationToken)
    {
        var size = 0L;
        await foreach (var block in blocks.WithCancellation(cancellationToken))
        {
            size += block.Length;
        }

        return size;
    }

    public async IAsyncEnumerable<int> DoubledAsync(IAsyncEnumerable<int> numbers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var number in numbers.WithCancellation(cancellationToken))
        {
            yield return 2 * number;
        }
    }

    public Task<WampArguments> EverythingAsync() => Task.FromResult(WampModelFactory.Arguments(new() { 1, "two", { "three", 3 } }));

    public Task<long?> CallerAsync(WampInvocation? call) => Task.FromResult(call!.Caller.SessionId);

    public Task<string> PriceAsync(WampInvocation call) => Task.FromResult(call.Procedure);

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await using var canceled = cancellationToken.Register(Canceled.SetResult);
        Waiting.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    public Task<int> @class(int @event, DayOfWeek day, double factor, DateTime at) => Task.FromResult((int)((@event + (int)day) * factor) + at.Year);

    public Task<WampArguments?> NothingAsync() => Task.FromResult<WampArguments?>(null);
}
