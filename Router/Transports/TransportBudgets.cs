using Microsoft.Extensions.Options;
using WampRouter.Sessions;

namespace WampRouter.Transports;

/// <summary>What all connections of a router share in bytes.</summary>
internal sealed class TransportBudgets(IOptions<TransportOptions> options)
{
    /// <summary>What all messages together may hold that have begun to come and not ended.</summary>
    public ByteBudget Inbound { get; } = new(options.Value.InboundTotalBytes ?? Math.Max(TransportOptions.LeastInboundTotal(options.Value), Memory / 8));

    /// <summary>What may wait in all outboxes together.</summary>
    public ByteBudget Outbound { get; } = new(options.Value.OutboxTotalBytes ?? Math.Max(options.Value.OutboxBytes, Memory / 4));

    /// <summary>What the process may use, in bytes.</summary>
    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
