using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Settings;

/// <summary>A realm as configured: immutable, replaced whole when the configuration changes.</summary>
internal sealed record RealmSettings
{
    /// <summary>The realm's URI, as clients name it in HELLO.</summary>
    public required string Name { get; init; }

    /// <summary>The URI rule of this realm.</summary>
    public UriCheck UriCheck { get; init; }

    /// <summary>Every role a session of this realm can have.</summary>
    public IReadOnlyList<RoleSettings> Roles { get; init; } = [];

    /// <summary>Whether clients may ask that their identity is disclosed to receivers; if not, such a request is refused.</summary>
    public bool AllowDiscloseMe { get; init; } = true;

    /// <summary>
    /// Whether a callee must understand INTERRUPT to be asked for progressive results, as the specification says. Many callees in the
    /// field announce only progressive results.
    /// </summary>
    public bool ProgressNeedsCanceling { get; init; }

    /// <summary>How many events are retained, and how long.</summary>
    public RetainedSettings Retained { get; init; } = new();

    /// <summary>The topics and patterns whose events are kept.</summary>
    public IReadOnlyList<HistorySettings> History { get; init; } = [];

    /// <summary>How often <c>wamp.session.on_stats</c> is published for a session; null: never.</summary>
    public StatisticsSettings? Statistics { get; init; }

    /// <summary>Bounds on the decisions of the realm's authorizer, if the application gave it one.</summary>
    public AuthorizerSettings Authorizer { get; init; } = new();

    /// <summary>Bounds on what clients can make the realm hold.</summary>
    public RealmLimits Limits { get; init; } = new();
}
