namespace WampRouter.Client;

/// <summary>Registers or subscribes several things that belong together.</summary>
internal static class AllOrNone
{
    /// <summary>Makes the offers one after the other; if one is refused, those that were made are withdrawn, and the refusal is thrown.</summary>
    /// <param name="items">What to offer.</param>
    /// <param name="offer">Offers one.</param>
    public static async Task<IReadOnlyList<TOffer>> OfferAsync<TItem, TOffer>(IEnumerable<TItem> items, Func<TItem, Task<TOffer>> offer)
        where TOffer : IAsyncDisposable
    {
        var made = new List<TOffer>();
        try
        {
            foreach (var item in items)
            {
                made.Add(await offer(item).ConfigureAwait(false));
            }
        }
        catch
        {
            foreach (var one in made)
            {
                await one.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        return made;
    }
}
