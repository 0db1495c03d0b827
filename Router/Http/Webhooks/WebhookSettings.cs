using WampRouter.Realms.Patterns;
using WampRouter.Storage;

namespace WampRouter.Http.Webhooks;

/// <summary>What a realm has to do with the web's own way to tell of events: immutable, replaced whole when the configuration changes.</summary>
internal sealed record WebhookSettings
{
    /// <summary>The role of the session that webhooks have in their realm. Where the realm has no role of this name, it may do everything.</summary>
    public const string Role = "webhooks";

    /// <summary>Topics whose events are posted.</summary>
    public IReadOnlyList<DeliverySettings> Deliveries { get; init; } = [];

    /// <summary>Procedures that an HTTP endpoint serves.</summary>
    public IReadOnlyList<ForwardSettings> Procedures { get; init; } = [];

    /// <summary>Where signed requests from outside become events.</summary>
    public IReadOnlyList<ReceiverSettings> Receivers { get; init; } = [];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Deliveries.Count + Procedures.Count + Receivers.Count == 0;
}

/// <summary>Events of a topic, or of all that match a pattern, that are posted to a URL.</summary>
internal sealed record DeliverySettings
{
    /// <summary>What it is called: the name of its queue, which outlives the settings.</summary>
    public required string Name { get; init; }

    /// <summary>The topic or pattern.</summary>
    public required string Topic { get; init; }

    /// <summary>How <see cref="Topic"/> is compared with topics.</summary>
    public MatchPolicy Match { get; init; }

    /// <summary>Where to.</summary>
    public required Uri Url { get; init; }

    /// <summary>What each request is signed with, once for each.</summary>
    public required IReadOnlyList<WebhookSecret> Secrets { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an event is tried that fails before it becomes a dead letter.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most events that wait; a further one is refused.</summary>
    public int MaxQueuedEvents { get; init; } = 100_000;

    /// <summary>Their bytes.</summary>
    public long MaxQueuedBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>The most dead letters kept; a further one removes the oldest.</summary>
    public int MaxDeadLetters { get; init; } = 1_000;

    /// <summary>How many events are under way at once; with one they arrive in order.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Where events wait.</summary>
    public QueueStore Store { get; init; } = QueueStore.Sqlite;

    /// <summary>What bounds the queue.</summary>
    public QueueBounds Bounds => new(MaxQueuedEvents, MaxQueuedBytes, MaxDeadLetters);
}

/// <summary>A procedure, or all that match a pattern, whose calls are posted to a URL that answers them.</summary>
internal sealed record ForwardSettings
{
    /// <summary>The procedure or pattern.</summary>
    public required string Procedure { get; init; }

    /// <summary>How <see cref="Procedure"/> is compared with those that are called.</summary>
    public MatchPolicy Match { get; init; }

    /// <summary>Where to.</summary>
    public required Uri Url { get; init; }

    /// <summary>What each request is signed with, once for each.</summary>
    public required IReadOnlyList<WebhookSecret> Secrets { get; init; }

    /// <summary>How long the answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many calls are under way at once; further ones wait at the router.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Whether another one is of the same procedure or pattern.</summary>
    public bool IsOfSame(ForwardSettings other) => Procedure == other.Procedure && Match == other.Match;
}

/// <summary>How requests from outside are signed.</summary>
internal enum SignatureScheme : byte
{
    /// <summary>Standard Webhooks: id and timestamp are signed along with the body.</summary>
    Standard,

    /// <summary>GitHub's: <c>X-Hub-Signature-256</c> signs the body alone.</summary>
    Github,
}

/// <summary>A place where signed requests from outside become events.</summary>
internal sealed record ReceiverSettings
{
    /// <summary>What it is called: the last part of its path.</summary>
    public required string Name { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>How requests are signed.</summary>
    public SignatureScheme Signature { get; init; }

    /// <summary>One of these has signed.</summary>
    public required IReadOnlyList<WebhookSecret> Secrets { get; init; }

    /// <summary>How far the timestamp may be from the router's clock.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest body.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>How many ids of requests are remembered, so that the same request makes one event.</summary>
    public int MaxRememberedIds { get; init; } = 10_000;

    /// <summary>How many requests are read or published at once.</summary>
    public int Concurrency { get; init; } = 16;
}
