using System.Globalization;
using WampRouter.Configuration.Documents;
using WampRouter.Configuration.Methods;
using WampRouter.Http.Webhooks;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Configuration;

/// <summary>
/// What a realm file may say: one line for each setting. A new one is added here, in <c>config/realm.schema.json</c> (a test compares
/// the two) and in the record it fills.
/// </summary>
internal sealed class RealmFile(UniqueNames realmNames, Func<string, bool>? hasLoginInCode = null)
{
    private const int MaxTrustLevel = 1_000_000;
    private const int MaxSeconds = 1_000_000_000;
    private const int MaxStatisticsSeconds = 86_400;       // longer than a timer waits would not do
    private const int MaxResumptionSeconds = 86_400;
    private const int MaxAuthorizerSeconds = 3_600;
    private const int Most = 100_000_000;
    private const long MostHistoryBytes = 1L << 50;
    private const int MostHistoryResultBytes = 15 * 1024 * 1024;       // a RawSocket message carries 16 MiB

    private static readonly RealmLimits Defaults = new();

    private readonly UniqueNames _roleNames = new("role");
    private readonly UniqueNames _histories = new("a history of");
    private readonly List<(string Name, ObjectReader Role)> _roles = [];
    private readonly HashSet<string> _usedRoles = new(StringComparer.Ordinal);
    private HashSet<string> _knownRoles = [];
    private UriRules _uris = new(UriCheck.Loose, isCode: false);
    private bool _hasLoginInCode;       // which may give any role
    private long _historyBytes;     // what all histories may hold

    /// <summary>Every setting there is, for the test of the schema.</summary>
    public static IReadOnlyList<Setting> Describe() => ObjectReader.Describe(file => new RealmFile(new UniqueNames("realm")).Read(file, ""));

    /// <summary>Reads the root object of a file.</summary>
    public RealmConfiguration Read(ObjectReader file, string filePath)
    {
        file.OptionalText("$schema");

        // First what other settings are checked against.
        var uriCheck = file.Choice("uriCheck", UriCheck.Loose);
        _uris = new UriRules(uriCheck, file.IsCode);
        var roles = file.Objects("roles", ReadRole, atLeast: 1);
        _knownRoles = roles.Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        var realm = new RealmSettings
        {
            Name = file.Text("name", _uris.FindProblemOfName),
            UriCheck = uriCheck,
            Roles = roles,
            AllowDiscloseMe = file.Boolean("allowDiscloseMe", true),
            ProgressNeedsCanceling = file.Boolean("progressNeedsCanceling", false),
            Retained = file.Object("retained", ReadRetained) ?? new RetainedSettings(),
            History = file.Objects("history", ReadHistory),
            Statistics = file.Object("statistics", ReadStatistics),
            Authorizer = file.Object("authorizer", ReadAuthorizer) ?? new AuthorizerSettings(),
            Limits = file.Object("limits", ReadLimits) ?? new RealmLimits(),
        };
        file.RequireUnique("name", realm.Name, realmNames);
        _hasLoginInCode = hasLoginInCode?.Invoke(realm.Name) ?? false;
        var sessions = new SessionSettings
        {
            Authentication = (_hasLoginInCode ? file.Object("authentication", ReadAuthentication) : file.RequiredObject("authentication", ReadAuthentication)) ?? new AuthenticationSettings(),
            RequestIds = file.Choice("requestIds", RequestIdCheck.Log),
            Overflow = file.Choice("overflow", OverflowPolicy.Disconnect),
            Resumption = file.Object("resumption", ReadResumption) ?? new ResumptionSettings(),
        };
        var webhooks = file.Object("webhooks", new WebhookReader(_uris, NoteOpenEnd).Read) ?? new WebhookSettings();
        if (!webhooks.IsEmpty)
        {
            _usedRoles.Add(WebhookSettings.Role);
        }

        foreach (var (_, role) in _roles.Where(role => !_hasLoginInCode && !_usedRoles.Contains(role.Name)))
        {
            role.Note("name", "nobody has this role: no user, and no anonymous session");
        }

        return new RealmConfiguration(realm, sessions, filePath) { Webhooks = webhooks };
    }

    private RoleSettings ReadRole(ObjectReader role)
    {
        var rules = new UniqueNames("a rule for");
        var shadowed = new ShadowedRules();
        var settings = new RoleSettings
        {
            Name = role.Text("name", NameRules.FindProblem),
            TrustLevel = role.OptionalInteger("trustLevel", 0, MaxTrustLevel),
            Permissions = role.Objects("permissions", rule => shadowed.Add(rule, ReadRule(rule, rules))),
            Rates = role.Object("limits", ReadRates),
        };
        role.RequireUnique("name", settings.Name, _roleNames);
        shadowed.Note();
        _roles.Add((settings.Name, role));
        return settings;
    }

    private static TrafficRates ReadRates(ObjectReader limits) => new(
        limits.OptionalInteger("maxMessagesPerSecond", 1, 100_000_000),
        limits.OptionalInteger("maxBytesPerSecond", 1024, int.MaxValue));

    private PermissionRule ReadRule(ObjectReader rule, UniqueNames rules)
    {
        var match = rule.Choice("match", MatchPolicy.Exact);
        var uri = rule.Text("uri", uri => _uris.FindProblem(uri, match));
        NoteOpenEnd(rule, "uri", uri, match);
        rule.RequireUnique("uri", $"{uri} ({Choices<MatchPolicy>.WordOf(match)})", rules);
        return new PermissionRule
        {
            Uri = uri,
            Match = match,
            Allow = rule.RequiredObject("allow", ReadAllow) | rule.Object("disclose", ReadDisclose),
            Cache = rule.Boolean("cache", true),
        };
    }

    private static Permissions ReadAllow(ObjectReader allow) =>
        (allow.Boolean("call", false) ? Permissions.Call : 0)
        | (allow.Boolean("register", false) ? Permissions.Register : 0)
        | (allow.Boolean("publish", false) ? Permissions.Publish : 0)
        | (allow.Boolean("subscribe", false) ? Permissions.Subscribe : 0);

    private static Permissions ReadDisclose(ObjectReader disclose) =>
        (disclose.Boolean("caller", false) ? Permissions.DiscloseCaller : 0)
        | (disclose.Boolean("publisher", false) ? Permissions.DisclosePublisher : 0);

    private AuthenticationSettings ReadAuthentication(ObjectReader authentication) => AuthenticationMethods.Read(
        authentication,
        KnownRole,
        _hasLoginInCode ? null : authentication.IsCode ? "without a method nobody can join, and there are no Logins either" : "without a method nobody can join");

    private static RetainedSettings ReadRetained(ObjectReader retained)
    {
        var defaults = new RetainedSettings();
        return new RetainedSettings
        {
            MaxEvents = retained.Integer("maxEvents", defaults.MaxEvents, 0, 100_000_000),
            MaxBytes = retained.Integer("maxBytes", defaults.MaxBytes, 0, int.MaxValue),
            MaxBytesPerPrincipal = retained.OptionalInteger("maxBytesPerPrincipal", 0, int.MaxValue),
            MaxAge = Seconds(retained.OptionalInteger("maxAgeSeconds", 1, MaxSeconds)),
        };
    }

    private HistorySettings ReadHistory(ObjectReader history)
    {
        var match = history.Choice("match", MatchPolicy.Exact);
        var settings = new HistorySettings
        {
            Uri = history.Text("uri", uri => _uris.FindProblemOfTopic(uri, match)),
            Match = match,
            Limit = history.Integer("limit", 1_000, 1, 100_000_000),
            MaxBytes = history.LongInteger("maxBytes", 64 * 1024 * 1024, 1, 1L << 40),
            MaxAge = Seconds(history.OptionalInteger("maxAgeSeconds", 1, MaxSeconds)),
            Store = history.Choice("store", HistoryStore.Memory),
        };
        _historyBytes += settings.MaxBytes;
        NoteOpenEnd(history, "uri", settings.Uri, match);
        history.RequireUnique("uri", $"{settings.Uri} ({Choices<MatchPolicy>.WordOf(match)})", _histories);
        return settings;
    }

    private static StatisticsSettings ReadStatistics(ObjectReader statistics)
    {
        var defaults = new StatisticsSettings();
        return new StatisticsSettings
        {
            Interval = TimeSpan.FromSeconds(statistics.Integer("intervalSeconds", (int)defaults.Interval.TotalSeconds, 1, MaxStatisticsSeconds)),
            MinMessages = statistics.Integer("minMessages", defaults.MinMessages, 1, 1_000_000_000),
        };
    }

    private static AuthorizerSettings ReadAuthorizer(ObjectReader authorizer)
    {
        var defaults = new AuthorizerSettings();
        return new AuthorizerSettings
        {
            Timeout = TimeSpan.FromSeconds(authorizer.Integer("timeoutSeconds", (int)defaults.Timeout.TotalSeconds, 1, MaxAuthorizerSeconds)),
            MaxPending = authorizer.Integer("maxPending", defaults.MaxPending, 1, 100_000_000),
            MaxCached = authorizer.Integer("maxCached", defaults.MaxCached, 0, 100_000_000),
        };
    }

    private static ResumptionSettings ReadResumption(ObjectReader resumption)
    {
        var defaults = new ResumptionSettings();
        return new ResumptionSettings
        {
            Window = TimeSpan.FromSeconds(resumption.Integer("windowSeconds", (int)defaults.Window.TotalSeconds, 0, MaxResumptionSeconds)),
            MaxBytes = resumption.Integer("maxBytes", defaults.MaxBytes, 0, int.MaxValue),
        };
    }

    /// <summary>A prefix is compared as text, so one that ends within a component matches more than most people expect. The router's own URIs are known, and not taken for that.</summary>
    private static void NoteOpenEnd(ObjectReader reader, string key, string uri, MatchPolicy match)
    {
        if (match == MatchPolicy.Prefix && uri.Length > 0 && char.IsLetterOrDigit(uri[^1]) && !uri.StartsWith("wamp.", StringComparison.Ordinal))
        {
            reader.Note(key, $"also matches URIs that go on without a dot, such as {Words.Quote($"{uri}2")}; what is below it begins with {Words.Quote($"{uri}.")}");
        }
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } count ? TimeSpan.FromSeconds(count) : null;

    /// <summary>What sessions hold, and how many there may be.</summary>
    private RealmLimits ReadLimits(ObjectReader limits)
    {
        CheckHistoryBytes(limits);
        return ReadLimitsOfSessions(limits);
    }

    /// <summary>
    /// Each history has its own bound, and nobody but the file makes one: their sum is known here. A realm that allows less contradicts itself; were the oldest events to give way instead, a
    /// history would keep less than its own setting says, and nobody would be told.
    /// </summary>
    private void CheckHistoryBytes(ObjectReader limits)
    {
        if (limits.OptionalLongInteger("maxHistoryBytes", 1, MostHistoryBytes) < _historyBytes)
        {
            limits.Contradict("maxHistoryBytes", string.Create(CultureInfo.InvariantCulture, $"is less than the {_historyBytes} that '{limits.NameOf("maxBytes")}' of the histories allow together (67108864 where it is not set)"));
        }
    }

    private static RealmLimits ReadLimitsOfSessions(ObjectReader limits) => ReadLimitsOfMessages(limits) with
    {
        MaxSessions = limits.Integer("maxSessions", Defaults.MaxSessions, 1, Most),
        MaxSessionsPerPrincipal = limits.Integer("maxSessionsPerPrincipal", Defaults.MaxSessionsPerPrincipal, 1, Most),
        MaxSubscriptionsPerSession = limits.Integer("maxSubscriptionsPerSession", Defaults.MaxSubscriptionsPerSession, 0, Most),
        MaxSubscriptionsPerPrincipal = limits.Integer("maxSubscriptionsPerPrincipal", Defaults.MaxSubscriptionsPerPrincipal, 0, Most),
        MaxSubscriptions = limits.Integer("maxSubscriptions", Defaults.MaxSubscriptions, 0, Most),
        MaxSubscriptionBytesPerPrincipal = limits.Integer("maxSubscriptionBytesPerPrincipal", Defaults.MaxSubscriptionBytesPerPrincipal, 0, int.MaxValue),
        MaxSubscriptionBytes = limits.Integer("maxSubscriptionBytes", Defaults.MaxSubscriptionBytes, 0, int.MaxValue),
        MaxRegistrationsPerSession = limits.Integer("maxRegistrationsPerSession", Defaults.MaxRegistrationsPerSession, 0, Most),
        MaxRegistrationsPerPrincipal = limits.Integer("maxRegistrationsPerPrincipal", Defaults.MaxRegistrationsPerPrincipal, 0, Most),
        MaxRegistrations = limits.Integer("maxRegistrations", Defaults.MaxRegistrations, 0, Most),
        MaxRegistrationBytesPerPrincipal = limits.Integer("maxRegistrationBytesPerPrincipal", Defaults.MaxRegistrationBytesPerPrincipal, 0, int.MaxValue),
        MaxRegistrationBytes = limits.Integer("maxRegistrationBytes", Defaults.MaxRegistrationBytes, 0, int.MaxValue),
        MaxTestamentsPerSession = limits.Integer("maxTestamentsPerSession", Defaults.MaxTestamentsPerSession, 0, Most),
        MaxTestamentBytesPerSession = limits.Integer("maxTestamentBytesPerSession", Defaults.MaxTestamentBytesPerSession, 0, int.MaxValue),
        MaxTestamentBytesPerPrincipal = limits.Integer("maxTestamentBytesPerPrincipal", Defaults.MaxTestamentBytesPerPrincipal, 0, int.MaxValue),
        MaxTestamentBytes = limits.Integer("maxTestamentBytes", Defaults.MaxTestamentBytes, 0, int.MaxValue),
        MaxDefinitionsPerSession = limits.Integer("maxDefinitionsPerSession", Defaults.MaxDefinitionsPerSession, 0, Most),
        MaxDefinitionBytesPerSession = limits.Integer("maxDefinitionBytesPerSession", Defaults.MaxDefinitionBytesPerSession, 0, int.MaxValue),
        MaxDefinitionsPerPrincipal = limits.Integer("maxDefinitionsPerPrincipal", Defaults.MaxDefinitionsPerPrincipal, 0, Most),
        MaxDefinitionBytesPerPrincipal = limits.Integer("maxDefinitionBytesPerPrincipal", Defaults.MaxDefinitionBytesPerPrincipal, 0, int.MaxValue),
        MaxDefinitions = limits.Integer("maxDefinitions", Defaults.MaxDefinitions, 0, Most),
        MaxDefinitionBytes = limits.Integer("maxDefinitionBytes", Defaults.MaxDefinitionBytes, 0, int.MaxValue),
    };

    /// <summary>What calls, readings and messages of all kinds may take.</summary>
    private static RealmLimits ReadLimitsOfMessages(ObjectReader limits) => new()
    {
        MaxPendingCallsPerSession = limits.Integer("maxPendingCallsPerSession", Defaults.MaxPendingCallsPerSession, 0, Most),
        MaxPendingInvocationsPerSession = limits.Integer("maxPendingInvocationsPerSession", Defaults.MaxPendingInvocationsPerSession, 0, Most),
        MaxQueuedCallsPerRegistration = limits.Integer("maxQueuedCallsPerRegistration", Defaults.MaxQueuedCallsPerRegistration, 0, Most),
        MaxHeldCallBytesPerSession = limits.Integer("maxHeldCallBytesPerSession", Defaults.MaxHeldCallBytesPerSession, 0, int.MaxValue),
        MaxHeldCallBytesPerPrincipal = limits.Integer("maxHeldCallBytesPerPrincipal", Defaults.MaxHeldCallBytesPerPrincipal, 0, int.MaxValue),
        MaxHeldCallBytes = limits.Integer("maxHeldCallBytes", Defaults.MaxHeldCallBytes, 0, int.MaxValue),
        MaxHistoryReads = limits.Integer("maxHistoryReads", Defaults.MaxHistoryReads, 1, Most),
        MaxWaitingHistoryReads = limits.Integer("maxWaitingHistoryReads", Defaults.MaxWaitingHistoryReads, 0, Most),
        MaxHistoryReadsPerSession = limits.Integer("maxHistoryReadsPerSession", Defaults.MaxHistoryReadsPerSession, 1, Most),
        MaxHistoryReadsPerPrincipal = limits.Integer("maxHistoryReadsPerPrincipal", Defaults.MaxHistoryReadsPerPrincipal, 1, Most),
        MaxHistoryResultBytes = limits.Integer("maxHistoryResultBytes", Defaults.MaxHistoryResultBytes, 1_024, MostHistoryResultBytes),
        MaxCachedUris = limits.Integer("maxCachedUris", Defaults.MaxCachedUris, 0, Most),
        MaxCachedUriBytes = limits.Integer("maxCachedUriBytes", Defaults.MaxCachedUriBytes, 0, int.MaxValue),
    };

    private string? KnownRole(string name)
    {
        _usedRoles.Add(name);

        // Where there is no role at all, or one without a name that can be read, that is the mistake.
        return _knownRoles.Count == 0 || _knownRoles.Contains("") || _knownRoles.Contains(name) ? null
            : Words.Nearest(name, _knownRoles) is { } nearest ? $"there is no role {Words.Quote(name)}; did you mean {Words.Quote(nearest)}?"
            : $"there is no role {Words.Quote(name)}; the roles here are {Words.Enumerate(_knownRoles)}";
    }
}
