using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Sessions;

/// <summary>How strictly request ids are checked (<c>rfc/text/basic/building_blocks.md</c> "Protocol Violations"; clients in the field send random ids).</summary>
internal enum RequestIdCheck : byte
{
    /// <summary>Any id is taken.</summary>
    Off,

    /// <summary>Any id is taken; the first one out of order is logged, once per session.</summary>
    Log,

    /// <summary>Each id must be the one before plus 1; the first may be any.</summary>
    Monotonic,

    /// <summary>As the specification says: 1, 2, 3…</summary>
    Strict,
}

/// <summary>What happens when a peer's outbox is full.</summary>
internal enum OverflowPolicy : byte
{
    /// <summary>The session ends: the peer can reconnect and knows that it missed something.</summary>
    Disconnect,

    /// <summary>EVENTs are dropped and counted. Replies are never dropped: for them the session still ends.</summary>
    DropEvents,
}

/// <summary>A realm's settings for its sessions: immutable, replaced as a whole when the configuration changes.</summary>
internal sealed record SessionSettings
{
    /// <summary>Who may join and as what.</summary>
    public AuthenticationSettings Authentication { get; init; } = new();

    /// <summary>How request ids are checked.</summary>
    public RequestIdCheck RequestIds { get; init; } = RequestIdCheck.Log;

    /// <summary>What a slow peer loses.</summary>
    public OverflowPolicy Overflow { get; init; } = OverflowPolicy.Disconnect;

    /// <summary>Whether sessions outlive their connection, and how long.</summary>
    public ResumptionSettings Resumption { get; init; } = new();
}
