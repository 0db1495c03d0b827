namespace WampRouter.Tests.Doubles;

/// <summary>For what nobody tells of.</summary>
internal static class Waiting
{
    /// <summary>Looks until a condition holds; fails after ten seconds.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
