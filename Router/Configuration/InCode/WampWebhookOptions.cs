using System.Text.Json.Serialization;

namespace WampRouter;

/// <summary>What a realm has to do with HTTP endpoints elsewhere (docs/webhooks.md).</summary>
public sealed class WampWebhookOptions
{
    /// <summary>Topics whose events are posted to a URL.</summary>
    public IList<WampWebhookDeliveryOptions> Deliveries { get; } = [];

    /// <summary>Procedures that an HTTP endpoint serves.</summary>
    public IList<WampWebhookProcedureOptions> Procedures { get; } = [];

    /// <summary>Where signed requests from outside become events.</summary>
    public IList<WampWebhookReceiverOptions> Receivers { get; } = [];
}

/// <summary>Events that are posted to a URL.</summary>
/// <param name="name">What it is called: the name of its queue.</param>
/// <param name="topic">The topic or pattern.</param>
/// <param name="url">Where to.</param>
/// <param name="secrets">What requests are signed with, <c>whsec_</c> and Base64; several while one takes the place of another.</param>
/// <exception cref="ArgumentNullException">One is null.</exception>
public sealed class WampWebhookDeliveryOptions(string name, string topic, string url, params IEnumerable<string> secrets)
{
    /// <summary>What it is called: the name of its queue.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The topic or pattern.</summary>
    public string Topic { get; } = topic ?? throw new ArgumentNullException(nameof(topic));

    /// <summary>How it matches. Default: <see cref="WampUriMatch.Exact"/>.</summary>
    public WampUriMatch? Match { get; set; }

    /// <summary>Where to.</summary>
    public string Url { get; } = url ?? throw new ArgumentNullException(nameof(url));

    /// <summary>What requests are signed with.</summary>
    public IList<string> Secrets { get; } = [.. secrets ?? throw new ArgumentNullException(nameof(secrets))];

    /// <summary>How long one attempt may take, in whole seconds. Default: 10 s.</summary>
    [JsonPropertyName("timeoutSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long an event is tried that fails before it becomes a dead letter, in whole seconds. Default: a day.</summary>
    [JsonPropertyName("retryForSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? RetryFor { get; set; }

    /// <summary>The longest wait between two attempts, in whole seconds. Default: 5 minutes.</summary>
    [JsonPropertyName("maxRetryDelaySeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? MaxRetryDelay { get; set; }

    /// <summary>The most events that wait. Default: 100,000.</summary>
    public int? MaxQueuedEvents { get; set; }

    /// <summary>Their bytes. Default: 256 MiB.</summary>
    public long? MaxQueuedBytes { get; set; }

    /// <summary>The most dead letters. Default: 1,000.</summary>
    public int? MaxDeadLetters { get; set; }

    /// <summary>How many events are under way at once. Default: 1, so that they arrive in order.</summary>
    public int? Concurrency { get; set; }

    /// <summary>Where events wait. Default: <see cref="WampQueueStore.Sqlite"/>.</summary>
    public WampQueueStore? Store { get; set; }
}

/// <summary>A procedure that an HTTP endpoint serves.</summary>
/// <param name="procedure">The procedure or pattern.</param>
/// <param name="url">Where to.</param>
/// <param name="secrets">What requests are signed with, <c>whsec_</c> and Base64; several while one takes the place of another.</param>
/// <exception cref="ArgumentNullException">One is null.</exception>
public sealed class WampWebhookProcedureOptions(string procedure, string url, params IEnumerable<string> secrets)
{
    /// <summary>The procedure or pattern.</summary>
    public string Procedure { get; } = procedure ?? throw new ArgumentNullException(nameof(procedure));

    /// <summary>How it matches. Default: <see cref="WampUriMatch.Exact"/>.</summary>
    public WampUriMatch? Match { get; set; }

    /// <summary>Where to.</summary>
    public string Url { get; } = url ?? throw new ArgumentNullException(nameof(url));

    /// <summary>What requests are signed with.</summary>
    public IList<string> Secrets { get; } = [.. secrets ?? throw new ArgumentNullException(nameof(secrets))];

    /// <summary>How long the answer may take, in whole seconds. Default: 30 s.</summary>
    [JsonPropertyName("timeoutSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How many calls are under way at once. Default: 16.</summary>
    public int? Concurrency { get; set; }
}

/// <summary>Where signed requests from outside become events.</summary>
/// <param name="name">What it is called: the last part of its path.</param>
/// <param name="topic">The topic.</param>
/// <param name="secrets">One of these has signed a request.</param>
/// <exception cref="ArgumentNullException">One is null.</exception>
public sealed class WampWebhookReceiverOptions(string name, string topic, params IEnumerable<string> secrets)
{
    /// <summary>What it is called: the last part of its path.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The topic.</summary>
    public string Topic { get; } = topic ?? throw new ArgumentNullException(nameof(topic));

    /// <summary>How requests are signed. Default: <see cref="WampWebhookSignature.Standard"/>.</summary>
    public WampWebhookSignature? Signature { get; set; }

    /// <summary>One of these has signed a request.</summary>
    public IList<string> Secrets { get; } = [.. secrets ?? throw new ArgumentNullException(nameof(secrets))];

    /// <summary>How far a timestamp may be from the router's clock, in whole seconds. Default: 5 minutes.</summary>
    [JsonPropertyName("toleranceSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Tolerance { get; set; }

    /// <summary>The longest body, in bytes. Default: 1 MiB.</summary>
    public int? MaxBodyBytes { get; set; }

    /// <summary>How many ids of requests are remembered, so that the same request makes one event. Default: 10,000.</summary>
    public int? MaxRememberedIds { get; set; }

    /// <summary>How many requests are under way at once. Default: 16.</summary>
    public int? Concurrency { get; set; }
}

/// <summary>Where events wait that are to be delivered.</summary>
public enum WampQueueStore
{
    /// <summary>In a file: <c>AddWampRouter(…).AddSqliteHistories()</c> of the package WampRouter.Sqlite.</summary>
    Sqlite,

    /// <summary>In memory: they are lost when the router stops.</summary>
    Memory,
}

/// <summary>How requests from outside are signed.</summary>
public enum WampWebhookSignature
{
    /// <summary>Standard Webhooks (https://www.standardwebhooks.com).</summary>
    Standard,

    /// <summary>GitHub's <c>X-Hub-Signature-256</c>.</summary>
    Github,
}
