using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WampRouter.Configuration.Documents;
using WampRouter.Configuration.Methods;
using WampRouter.Http.Webhooks;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Settings;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Changes;

/// <summary>What is different between two versions of a realm's configuration, in sentences for the log. Tickets and secrets are never shown.</summary>
internal sealed class RealmDifference
{
    private static readonly (Permissions Permission, string Verb)[] Rights =
        [(Permissions.Call, "call"), (Permissions.Register, "register"), (Permissions.Publish, "publish to"), (Permissions.Subscribe, "subscribe to")];

    private static readonly (Permissions Permission, string Whom)[] Disclosures = [(Permissions.DiscloseCaller, "callers"), (Permissions.DisclosePublisher, "publishers")];

    private readonly List<string> _changes = [];
    private readonly List<string> _restarts = [];

    private RealmDifference()
    {
    }

    /// <summary>What a running router can put into effect.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>What takes effect with the next start of the router.</summary>
    public IReadOnlyList<string> NeedRestart => _restarts;

    /// <summary>Compares two versions of a realm.</summary>
    public static RealmDifference Between(RealmConfiguration before, RealmConfiguration after)
    {
        var difference = new RealmDifference();
        difference.CompareRoles(before.Realm, after.Realm);
        difference.CompareMethods(before.Sessions.Authentication, after.Sessions.Authentication);
        difference.CompareSettings(before, after);
        difference.CompareHistories(before.Realm.History, after.Realm.History);
        difference.CompareWebhooks(before.Webhooks, after.Webhooks);
        if (before.Realm.UriCheck != after.Realm.UriCheck)
        {
            difference._restarts.Add($"uriCheck is {Word(after.Realm.UriCheck)} instead of {Word(before.Realm.UriCheck)}");
        }

        return difference;
    }

    private static string Word<T>(T choice)
        where T : struct, Enum => Choices<T>.WordOf(choice);

    private void CompareRoles(RealmSettings before, RealmSettings after)
    {
        var (former, present) = (new RealmPolicy(before), new RealmPolicy(after));
        _changes.AddRange(before.Roles.Where(role => present.FindRole(role.Name) is null).Select(role => $"role {role.Name} is gone"));
        foreach (var role in after.Roles)
        {
            if (before.Roles.FirstOrDefault(other => other.Name == role.Name) is not { } known)
            {
                _changes.Add($"role {role.Name} is new");
                continue;
            }

            ComparePermissions(known, former.RoleOf(role.Name), role, present.RoleOf(role.Name));
            CompareValue($"the trust level of role {role.Name}", known.TrustLevel, role.TrustLevel);
            CompareValue($"maxMessagesPerSecond of role {role.Name}", known.Rates?.Messages, role.Rates?.Messages);
            CompareValue($"maxBytesPerSecond of role {role.Name}", known.Rates?.Bytes, role.Rates?.Bytes);
        }
    }

    /// <summary>A rule matters by what it changes for its URI or pattern: another rule may say the same.</summary>
    private void ComparePermissions(RoleSettings before, Role former, RoleSettings after, Role present)
    {
        foreach (var (uri, match) in before.Permissions.Concat(after.Permissions).Select(rule => (rule.Uri, rule.Match)).Distinct())
        {
            var (had, has) = (Decide(former, uri, match), Decide(present, uri, match));
            AddRights($"role {after.Name} may no longer", had & ~has, uri, match);
            AddRights($"role {after.Name} may now", has & ~had, uri, match);
            AddDisclosures(after.Name, has & ~had, uri, match, "are now disclosed");
            AddDisclosures(after.Name, had & ~has, uri, match, "are no longer disclosed");
        }
    }

    private static Permissions Decide(Role role, string uri, MatchPolicy match) =>
        match == MatchPolicy.Exact ? role.Decide(Encoding.UTF8.GetBytes(uri)).Permissions : role.DecidePattern(Encoding.UTF8.GetBytes(uri), match);

    private void AddRights(string who, Permissions changed, string uri, MatchPolicy match)
    {
        var verbs = Rights.Where(right => (changed & right.Permission) != 0).Select(right => right.Verb).ToArray();
        if (verbs.Length > 0)
        {
            _changes.Add($"{who} {string.Join(", ", verbs)} {Describe(uri, match)}");
        }
    }

    private void AddDisclosures(string role, Permissions changed, string uri, MatchPolicy match, string how) =>
        _changes.AddRange(Disclosures.Where(disclosure => (changed & disclosure.Permission) != 0).Select(disclosure => $"{disclosure.Whom} with role {role} {how} for {Describe(uri, match)}"));

    private static string Describe(string uri, MatchPolicy match) => match switch
    {
        MatchPolicy.Prefix when uri.Length == 0 => "any URI",
        MatchPolicy.Prefix => $"URIs that begin with {uri}",
        MatchPolicy.Wildcard => $"URIs like {uri}",
        _ => uri,
    };

    private void CompareMethods(AuthenticationSettings before, AuthenticationSettings after)
    {
        foreach (var method in AuthenticationMethods.All)
        {
            var (former, present) = (before.Find(method.Name), after.Find(method.Name));
            switch (present ?? former)
            {
                case AnonymousSettings:
                    CompareAnonymous((AnonymousSettings?)former, (AnonymousSettings?)present);
                    break;
                case PrincipalSettings users:
                    CompareUsers(users, (PrincipalSettings?)former, (PrincipalSettings?)present);
                    break;
            }
        }
    }

    private void CompareAnonymous(AnonymousSettings? before, AnonymousSettings? after)
    {
        if ((before is null) != (after is null))
        {
            _changes.Add(after is null ? "anonymous clients are no longer let in" : $"anonymous clients are let in, with role {after.Role}{From(after.LoopbackOnly)}");
        }
        else if (before is not null)
        {
            CompareValue("the role of anonymous clients", before.Role, after!.Role);
            CompareOrigin("anonymous clients", before.LoopbackOnly, after.LoopbackOnly);
        }
    }

    private void CompareUsers(PrincipalSettings either, PrincipalSettings? before, PrincipalSettings? after)
    {
        var word = either.UserWord;
        _changes.AddRange((before?.Users ?? []).Where(user => after?.Find(user.AuthId) is null).Select(user => $"{word} {user.AuthId} is gone"));
        foreach (var user in after?.Users ?? [])
        {
            if (before?.Find(user.AuthId) is not { } known)
            {
                _changes.Add($"{word} {user.AuthId} is new, with role {user.Role}{From(user.LoopbackOnly)}");
                continue;
            }

            CompareValue($"the role of {word} {user.AuthId}", known.Role, user.Role);
            CompareOrigin($"{word} {user.AuthId}", known.LoopbackOnly, user.LoopbackOnly);
            if (!user.HasSecretsOf(known))
            {
                _changes.Add($"{word} {user.AuthId} has other {either.SecretsWord}");
            }
        }
    }

    private static string From(bool loopbackOnly) => loopbackOnly ? ", from this machine only" : "";

    private void CompareOrigin(string who, bool before, bool after)
    {
        if (before != after)
        {
            _changes.Add($"{who} may come from {(after ? "this machine only" : "anywhere")}");
        }
    }

    private void CompareSettings(RealmConfiguration before, RealmConfiguration after)
    {
        CompareValue("allowDiscloseMe", before.Realm.AllowDiscloseMe, after.Realm.AllowDiscloseMe);
        CompareValue("progressNeedsCanceling", before.Realm.ProgressNeedsCanceling, after.Realm.ProgressNeedsCanceling);
        CompareValue("requestIds", Word(before.Sessions.RequestIds), Word(after.Sessions.RequestIds));
        CompareValue("overflow", Word(before.Sessions.Overflow), Word(after.Sessions.Overflow));
        CompareAll("resumption", before.Sessions.Resumption, after.Sessions.Resumption);
        CompareAll("retained", before.Realm.Retained, after.Realm.Retained);
        CompareAll("authorizer", before.Realm.Authorizer, after.Realm.Authorizer);
        CompareAll("limits", before.Realm.Limits, after.Realm.Limits);
        var (former, present) = (before.Realm.Statistics, after.Realm.Statistics);
        if ((former is null) != (present is null))
        {
            _changes.Add(present is null ? "sessions are no longer told of in wamp.session.on_stats" : "sessions are told of in wamp.session.on_stats");
        }
        else if (former is not null)
        {
            CompareAll("statistics", former, present!);
        }
    }

    private void CompareHistories(IReadOnlyList<HistorySettings> before, IReadOnlyList<HistorySettings> after)
    {
        _changes.AddRange(before.Where(history => !after.Any(history.IsOfSame)).Select(history => $"{Name(history)} is no longer kept"));
        foreach (var history in after)
        {
            if (before.FirstOrDefault(history.IsOfSame) is not { } known)
            {
                _changes.Add($"{Name(history)} is kept from now on");
                continue;
            }

            CompareAll(Name(history), known with { Store = history.Store }, history, separator: ": ");
            if (known.Store != history.Store)
            {
                _restarts.Add($"{Name(history)} is kept in {Word(history.Store)} instead of {Word(known.Store)}");
            }
        }
    }

    private void CompareWebhooks(WebhookSettings before, WebhookSettings after)
    {
        CompareEach(
            before.Deliveries, after.Deliveries, static (one, other) => one.Name == other.Name, static delivery => $"webhook {delivery.Name}", static delivery => $"webhook {delivery.Name} posts the events of {Describe(delivery.Topic, delivery.Match)} from now on",
            static delivery => $"webhook {delivery.Name} posts no more; what waits in its queue is kept",
            static (known, delivery) => (known with { Url = delivery.Url, Secrets = delivery.Secrets, Store = delivery.Store }, known.Url != delivery.Url, !known.Secrets.SequenceEqual(delivery.Secrets)));
        CompareEach(
            before.Procedures, after.Procedures, static (one, other) => one.IsOfSame(other), static procedure => $"the webhook of {Describe(procedure.Procedure, procedure.Match)}",
            static procedure => $"{Describe(procedure.Procedure, procedure.Match)} is served over HTTP from now on", static procedure => $"{Describe(procedure.Procedure, procedure.Match)} is no longer served over HTTP",
            static (known, procedure) => (known with { Url = procedure.Url, Secrets = procedure.Secrets }, known.Url != procedure.Url, !known.Secrets.SequenceEqual(procedure.Secrets)));
        CompareEach(
            before.Receivers, after.Receivers, static (one, other) => one.Name == other.Name, static receiver => $"receiver {receiver.Name}", static receiver => $"receiver {receiver.Name} publishes to {receiver.Topic} from now on",
            static receiver => $"receiver {receiver.Name} is gone", static (known, receiver) => (known with { Secrets = receiver.Secrets }, false, !known.Secrets.SequenceEqual(receiver.Secrets)));
        _restarts.AddRange(
            from delivery in after.Deliveries
            let known = before.Deliveries.FirstOrDefault(other => other.Name == delivery.Name)
            where known is not null && known.Store != delivery.Store
            select $"the queue of webhook {delivery.Name} is kept in {Word(delivery.Store)} instead of {Word(known.Store)}");
    }

    /// <summary>Compares two lists of one kind. URLs can be secrets, so they are not shown.</summary>
    private void CompareEach<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, T, bool> areSame, Func<T, string> name, Func<T, string> begun, Func<T, string> ended, Func<T, T, (T Known, bool HasOtherUrl, bool HasOtherSecrets)> mask)
        where T : class
    {
        _changes.AddRange(before.Where(known => !after.Any(other => areSame(known, other))).Select(ended));
        foreach (var present in after)
        {
            if (before.FirstOrDefault(other => areSame(present, other)) is not { } former)
            {
                _changes.Add(begun(present));
                continue;
            }

            var (known, hasOtherUrl, hasOtherSecrets) = mask(former, present);
            CompareAll(name(present), known, present, separator: ": ");
            if (hasOtherUrl)
            {
                _changes.Add($"{name(present)} has another url");
            }

            if (hasOtherSecrets)
            {
                _changes.Add($"{name(present)} has other secrets");
            }
        }
    }

    private static string Name(HistorySettings history) => $"the history of {Describe(history.Uri, history.Match)}";

    /// <summary>Compares every setting of a group, under the names that they have in the file.</summary>
    private void CompareAll<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string group, T before, T after, string separator = ".")
    {
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            var isTime = property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(TimeSpan?);
            CompareValue($"{group}{separator}{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}{(isTime ? "Seconds" : "")}", InFile(property.GetValue(before)), InFile(property.GetValue(after)));
        }
    }

    private static object? InFile(object? value) => value switch { TimeSpan time => (long)time.TotalSeconds, MatchPolicy match => Word(match), SignatureScheme scheme => Word(scheme), _ => value };

    private void CompareValue<T>(string what, T before, T after)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
        {
            _changes.Add($"{what} is {Show(after)} instead of {Show(before)}");
        }
    }

    private static string Show<T>(T value) => value switch
    {
        null => "not set",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
