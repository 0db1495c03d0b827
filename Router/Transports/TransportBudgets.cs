using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>What all connections of a router share in bytes.</summary>
internal sealed class TransportBudgets(TransportOptions options)
{
    /// <summary>What all messages together may hold that have begun to come and not ended.</summary>
    public ByteBudget Inbound { get; } = new(InboundOf(options));

    /// <summary>What may wait in all outboxes together.</summary>
    public ByteBudget Outbound { get; } = new(OutboundOf(options));

    /// <summary>What all connections together may keep of messages that later ones refer to.</summary>
    public ByteBudget Compression { get; } = new(options.Compression.TotalBytes);

    /// <summary>What the process may use, in bytes.</summary>
    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Other bounds hold from now on; nothing is taken from those who hold something.</summary>
    public void Apply(TransportOptions changed) =>
        (Inbound.CapacityBytes, Outbound.CapacityBytes, Compression.CapacityBytes) = (InboundOf(changed), OutboundOf(changed), changed.Compression.TotalBytes);

    private static long InboundOf(TransportOptions options) => options.InboundTotalBytes ?? Math.Max(TransportOptions.LeastInboundTotal(options), Memory / 8);

    private static long OutboundOf(TransportOptions options) => options.OutboxTotalBytes ?? Math.Max(options.OutboxBytes, Memory / 4);
}
