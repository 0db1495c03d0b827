using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports.Compression;

/// <summary>Agrees on compression with those who come in, and keeps account of what those hold who have. Any thread.</summary>
/// <param name="options">The settings as they are now.</param>
/// <param name="contexts">What all connections together may hold.</param>
/// <param name="metrics">Told where there was no room.</param>
internal sealed class DeflateNegotiation(Func<CompressionOptions> options, ByteBudget contexts, CompressionMetrics metrics)
{
    /// <summary>The answer to the first of a client's offers that can be accepted; null: nothing is compressed. <see cref="End"/> must follow once it holds no more.</summary>
    /// <param name="offers">By preference.</param>
    /// <param name="isShort">Whether there was no room for what the client would have had else.</param>
    public DeflateTerms? Agree(IReadOnlyList<ExtensionOffer> offers, out bool isShort)
    {
        isShort = false;
        var settings = options();
        if (!settings.Enabled)
        {
            return null;
        }

        foreach (var offered in offers)
        {
            if (DeflateOffer.Read(offered) is { } offer)
            {
                return Accept(offer, settings.ContextTakeover, ref isShort);
            }
        }

        return null;
    }

    /// <summary>A connection, or the attempt to begin one, is over.</summary>
    public void End(DeflateTerms terms) => contexts.Release(terms.HeldBytes);

    private DeflateTerms Accept(DeflateOffer offer, bool mayKeep, ref bool isShort)
    {
        var keepsClient = mayKeep && !offer.HasNoClientContext && TryReserve(MessageInflater.ContextBytes, ref isShort);
        var keepsServer = mayKeep && !offer.AsksForNoServerContext && TryReserve(MessageDeflater.ContextBytes, ref isShort);
        return new DeflateTerms(keepsServer, keepsClient, offer);
    }

    private bool TryReserve(long bytes, ref bool isShort)
    {
        if (contexts.TryReserve(bytes))
        {
            return true;
        }

        isShort = true;
        metrics.NoRoom();
        return false;
    }
}
