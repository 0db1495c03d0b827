using System.IO.Pipelines;
using WampRouter.Storage;

namespace WampRouter.Http.Webhooks;

/// <summary>What the webhooks of all realms of a router share.</summary>
internal sealed record WebhookServices
{
    /// <summary>Sends their requests.</summary>
    public required WebhookClient Client { get; init; }

    /// <summary>Where events wait.</summary>
    public required DeliveryQueues Queues { get; init; }

    /// <summary>Opens a connection to the router, in the given subprotocol, that needs no login.</summary>
    public required Func<string, IDuplexPipe> Connect { get; init; }

    /// <summary>The longest message of the router.</summary>
    public required Func<int> MaxMessageBytes { get; init; }

    /// <summary>The waits between attempts.</summary>
    public required RetryDelays Delays { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where they count.</summary>
    public required WebhookMetrics Metrics { get; init; }

    /// <summary>Where they log.</summary>
    public required ILogger Logger { get; init; }
}
