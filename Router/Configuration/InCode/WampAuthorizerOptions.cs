using System.Text.Json.Serialization;

namespace WampRouter;

/// <summary>Bounds on the decisions of a realm's authorizer.</summary>
public sealed class WampAuthorizerOptions
{
    /// <summary>How long a decision may take, in whole seconds, at most an hour; then the request is refused. Default: 5 seconds.</summary>
    [JsonPropertyName("timeoutSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Decisions that may be under way. One that does not end counts for as long as it runs, though nobody waits for it any more. Default: 1,000.</summary>
    public int? MaxPending { get; set; }

    /// <summary>Decisions that are remembered; 0: none. Default: 10,000.</summary>
    public int? MaxCached { get; set; }
}
