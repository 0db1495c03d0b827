namespace WampRouter.Client.Sessions;

/// <summary>What a router takes, as its WELCOME says.</summary>
/// <param name="Features">What it can do.</param>
/// <param name="MaxMessageBytes">The largest message; <see cref="long.MaxValue"/> if it does not say.</param>
internal readonly record struct RouterTerms(RouterFeatures Features, long MaxMessageBytes)
{
    /// <summary>The terms of a session on a connection that has a limit of its own.</summary>
    public static RouterTerms Of(WampSessionDetails details, IWampConnection connection) =>
        new(details.Features, Math.Min(details.MaxMessageBytes ?? long.MaxValue, connection.MaxMessageBytes ?? long.MaxValue));

    /// <summary>Throws if a message asks for what the router does not have.</summary>
    /// <exception cref="NotSupportedException">It does.</exception>
    public void ThrowIfNotUnderstood<TMessage>(in TMessage message)
        where TMessage : struct, IOutbound
    {
        if ((message.Needs & ~Features) is not RouterFeatures.None and var missing)
        {
            throw RouterFeatureNames.Missing(missing, message.Description);
        }
    }

    /// <summary>Throws if a message is larger than the router takes: it would cost the session, or be lost.</summary>
    /// <exception cref="WampException"><see cref="WampErrorUri.PayloadSizeExceeded"/>: it is.</exception>
    public void ThrowIfTooLarge<TMessage>(in TMessage message, int bytes)
        where TMessage : struct, IOutbound
    {
        if (bytes > MaxMessageBytes)
        {
            throw new WampException(
                WampErrorUri.PayloadSizeExceeded,
                $"{message.Description} was not sent: the message has {bytes} bytes, and the router takes at most {MaxMessageBytes}. Send less, or in pieces, or raise the router's Transports:MaxMessageBytes.");
        }
    }
}
