namespace WampRouter.Tests.Hostile;

/// <summary>Messages to be spoiled: what fuzzing begins with.</summary>
internal static class SpoiledMessages
{
    private static readonly Dictionary<string, object?> Nothing = [];

    private static readonly Dictionary<string, object?> Roles = new()
    {
        ["caller"] = new Dictionary<string, object?> { ["features"] = new Dictionary<string, object?> { ["progressive_call_results"] = true, ["progressive_call_invocations"] = true, ["call_canceling"] = true } },
        ["callee"] = new Dictionary<string, object?> { ["features"] = new Dictionary<string, object?> { ["progressive_call_results"] = true, ["call_canceling"] = true, ["shared_registration"] = true } },
        ["publisher"] = Nothing,
        ["subscriber"] = Nothing,
    };

    /// <summary>What a client says first.</summary>
    public static readonly object?[] Hello = [1L, "realm1", new Dictionary<string, object?> { ["roles"] = Roles, ["resumable"] = true }];

    /// <summary>What a client says, in about the order in which it would.</summary>
    public static readonly object?[][] OfClients =
    [
        [32L, 1L, Nothing, "com.fuzz.topic"],
        [32L, 2L, new Dictionary<string, object?> { ["match"] = "prefix", ["get_retained"] = true }, "com.fuzz."],
        [32L, 3L, new Dictionary<string, object?> { ["match"] = "wildcard", ["nkey"] = "a" }, "com..topic"],
        [34L, 4L, 1L],
        [16L, 5L, new Dictionary<string, object?> { ["acknowledge"] = true, ["exclude"] = new object?[] { 3L }, ["eligible_authrole"] = new object?[] { "anonymous" } }, "com.fuzz.topic", new object?[] { 1L, "two", 3.5 }, new Dictionary<string, object?> { ["k"] = null }],
        [16L, 6L, new Dictionary<string, object?> { ["retain"] = true, ["exclude_me"] = false, ["rkey"] = "a" }, "com.fuzz.topic", new object?[] { new byte[] { 1, 2 } }],
        [64L, 7L, new Dictionary<string, object?> { ["invoke"] = "roundrobin", ["concurrency"] = 1L }, "com.fuzz.served"],
        [64L, 8L, new Dictionary<string, object?> { ["match"] = "wildcard" }, "com..served"],
        [66L, 9L, 1L],
        [48L, 10L, new Dictionary<string, object?> { ["receive_progress"] = true, ["timeout"] = 1000L, ["disclose_me"] = true }, "com.fuzz.echo", new object?[] { 1L }, new Dictionary<string, object?> { ["a"] = new object?[] { 1L } }],
        [48L, 11L, new Dictionary<string, object?> { ["progress"] = true }, "com.fuzz.served", new object?[] { "x" }],
        [48L, 12L, Nothing, "wamp.session.list"],
        [48L, 13L, Nothing, "wamp.subscription.match", new object?[] { "com.fuzz.topic" }],
        [48L, 14L, Nothing, "wamp.session.add_testament", new object?[] { "com.fuzz.gone", new object?[] { 1L }, Nothing }],
        [48L, 15L, Nothing, "wamp.session.kill_by_authid", new object?[] { "nobody" }],
        [49L, 10L, new Dictionary<string, object?> { ["mode"] = "skip" }],
        [70L, 1L, new Dictionary<string, object?> { ["progress"] = true }, new object?[] { 1L }],
        [70L, 1L, Nothing, new object?[] { 1L }],
        [8L, 68L, 1L, Nothing, "com.fuzz.error", new object?[] { "why" }],
        [5L, "ticket", Nothing],
        [6L, Nothing, "wamp.close.close_realm"],
        Hello,
    ];

    /// <summary>What a router says.</summary>
    public static readonly object?[][] OfRouters =
    [
        [33L, 1L, 5L],
        [35L, 1L],
        [35L, 0L, new Dictionary<string, object?> { ["subscription"] = 5L, ["reason"] = "x" }],
        [36L, 5L, 7L, new Dictionary<string, object?> { ["topic"] = "com.fuzz.topic", ["publisher"] = 3L }, new object?[] { 1L, "two" }, new Dictionary<string, object?> { ["k"] = 0.5 }],
        [65L, 1L, 6L],
        [67L, 0L, new Dictionary<string, object?> { ["registration"] = 6L }],
        [68L, 1L, 6L, new Dictionary<string, object?> { ["receive_progress"] = true, ["caller"] = 3L }, new object?[] { 1L }],
        [69L, 1L, new Dictionary<string, object?> { ["mode"] = "kill" }],
        [50L, 1L, Nothing, new object?[] { 1L }],
        [50L, 1L, new Dictionary<string, object?> { ["progress"] = true }, new object?[] { 1L }],
        [8L, 48L, 1L, Nothing, "wamp.error.not_authorized", new object?[] { "why" }],
        [8L, 32L, 1L, Nothing, "wamp.error.not_authorized"],
        [17L, 1L, 7L],
        [6L, Nothing, "wamp.close.system_shutdown"],
        [3L, new Dictionary<string, object?> { ["message"] = "why" }, "wamp.error.no_such_realm"],
    ];
}
