using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>What all connections of a router share in bytes.</summary>
internal sealed class TransportBudgets(TransportOptions options)
{
    /// <summary>What all messages together may hold that have begun to come and not ended.</summary>
    public ByteBudget Inbound { get; } = new(options.InboundTotalBytes ?? Math.Max(TransportOptions.LeastInboundTotal(options), Memory / 8));

    /// <summary>What may wait in all outboxes together.</summary>
    public ByteBudget Outbound { get; } = new(options.OutboxTotalBytes ?? Math.Max(options.OutboxBytes, Memory / 4));

    /// <summary>What the process may use, in bytes.</summary>
    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
