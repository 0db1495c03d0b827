namespace WampRouter.Realms.Meta;

/// <summary>The topics that the router publishes to. Below <c>wamp.</c> only the router may publish.</summary>
internal static class MetaTopics
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Uris { get; } =
    [
        "wamp.session.on_join", "wamp.session.on_leave", "wamp.session.on_stats",
        "wamp.subscription.on_create", "wamp.subscription.on_subscribe", "wamp.subscription.on_unsubscribe", "wamp.subscription.on_delete",
        "wamp.registration.on_create", "wamp.registration.on_register", "wamp.registration.on_unregister", "wamp.registration.on_delete",
        "wamp.reflect.on_define", "wamp.reflect.on_undefine",
    ];
}
