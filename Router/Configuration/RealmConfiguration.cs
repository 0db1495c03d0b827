using WampRouter.Http.Webhooks;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;

namespace WampRouter.Configuration;

/// <summary>A realm as its file describes it: the part the routing needs, and the part the sessions need.</summary>
/// <param name="Realm">Name, roles and limits.</param>
/// <param name="Sessions">Authentication and what is asked of a session.</param>
/// <param name="FilePath">Where it was read from.</param>
internal sealed record RealmConfiguration(RealmSettings Realm, SessionSettings Sessions, string FilePath)
{
    /// <summary>What it has to do with HTTP endpoints elsewhere.</summary>
    public WebhookSettings Webhooks { get; init; } = new();
}

/// <summary>Every realm, or every mistake: never some realms.</summary>
internal sealed record RealmConfigurationResult
{
    /// <summary>Every realm, in the order of the file names; empty if there is a mistake.</summary>
    public IReadOnlyList<RealmConfiguration> Realms { get; init; } = [];

    /// <summary>Every mistake in every file; empty if the configuration is good.</summary>
    public IReadOnlyList<ConfigurationMistake> Mistakes { get; init; } = [];

    /// <summary>What is no mistake, but probably not what somebody meant; empty if there is a mistake.</summary>
    public IReadOnlyList<ConfigurationMistake> Notes { get; init; } = [];
}
