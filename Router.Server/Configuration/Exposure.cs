using WampRouter.Configuration;
using WampRouter.Configuration.Documents;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Settings;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Server.Configuration;

/// <summary>What the configuration opens to the network and its writer may not have meant to: right as far as it goes, so nothing but a note says so.</summary>
internal static class Exposure
{
    /// <summary>Every note. Of use only where there is no mistake.</summary>
    public static IEnumerable<ConfigurationMistake> Find(RouterConfiguration router, SettingPlaces places) => [.. FindOpenRealms(router), .. FindOpenTickets(router, places), .. FindOpenMetrics(router, places), .. FindOpenTrust(router, places)];

    private static IEnumerable<ConfigurationMistake> FindOpenRealms(RouterConfiguration router)
    {
        var open = StandAloneSettings.Of(router).Listeners.Where(listener => listener.ServesWamp && (listener.Proxy is not null || IsOnTheNetwork(listener, out _))).Select(listener => listener.Url).ToArray();
        return
            from realm in router.Realms
            where open.Length > 0 && realm.Sessions.Authentication.Anonymous is { LoopbackOnly: false }
            let role = realm.Sessions.Authentication.Anonymous!.Role
            let deeds = DeedsOf(realm.Realm.Roles.First(settings => settings.Name == role))
            where deeds.Length > 0
            select new ConfigurationMistake(
                realm.FilePath,
                $"whoever reaches {string.Join(" or ", open)} may {deeds} in realm {Words.Quote(realm.Realm.Name)} without a login; if that is not meant, set \"loopbackOnly\", or allow the role {Words.Quote(role)} less")
            {
                Path = "$.authentication.anonymous",
            };
    }

    private static IEnumerable<ConfigurationMistake> FindOpenTickets(RouterConfiguration router, SettingPlaces places)
    {
        var open = router.Realms.SelectMany(realm => realm.Sessions.Authentication.Methods.OfType<PrincipalSettings>().Where(method => method.SendsSecretsFromElsewhere).Select(method => (Realm: realm.Realm.Name, method.SecretsWord))).ToArray();
        string[] realms = [.. open.Select(method => method.Realm).Distinct(StringComparer.Ordinal)];
        foreach (var (listener, section) in StandAloneSettings.ListenersOf(router))
        {
            if (realms.Length > 0 && listener.ServesWamp && listener.Proxy is null && IsOnTheNetwork(listener, out var isSecure) && !isSecure)
            {
                yield return places.Mistake(
                    $"{section}:Url",
                    $"the {string.Join(" and ", open.Select(method => method.SecretsWord).Distinct(StringComparer.Ordinal))} of {(realms.Length == 1 ? "realm" : "the realms")} {Words.Enumerate(realms)} come in here in clear text, for everybody on the way to read: make it 'https', or set BehindProxy where a proxy adds TLS");
            }
        }
    }

    private static IEnumerable<ConfigurationMistake> FindOpenMetrics(RouterConfiguration router, SettingPlaces places)
    {
        foreach (var (listener, section) in StandAloneSettings.ListenersOf(router))
        {
            if (listener.Services.HasFlag(ListenerServices.Metrics) && (listener.Proxy is not null || IsOnTheNetwork(listener, out _)))
            {
                yield return places.Mistake(
                    $"{section}:Serves",
                    $"whoever reaches {listener.Url} may read the metrics, without a login: names of realms, and how much goes on in them; if that is not meant, let a listener of its own serve them, at a loopback address");
            }
        }
    }

    private static IEnumerable<ConfigurationMistake> FindOpenTrust(RouterConfiguration router, SettingPlaces places)
    {
        foreach (var (listener, section) in StandAloneSettings.ListenersOf(router))
        {
            if (listener.Proxy is { Trusted.IsEverybody: true } && IsOnTheNetwork(listener, out _))
            {
                yield return places.Mistake($"{section}:TrustedProxies", $"whoever reaches {listener.Url} is believed about where it is, so that no limit by address holds; name your proxies alone");
            }
        }
    }

    private static bool IsOnTheNetwork(ListenerOptions listener, out bool isSecure)
    {
        isSecure = ListenerAddress.TryParse(listener.Url, out var address, out _) && address.IsSecure;
        return address is { IsLocal: false };
    }

    /// <summary>What strangers should hardly be able to do; to listen and to call is what public realms are for.</summary>
    private static string DeedsOf(RoleSettings role)
    {
        var allowed = role.Permissions.Aggregate(Permissions.None, (sum, rule) => sum | rule.Allow);
        string[] deeds =
        [
            .. allowed.HasFlag(Permissions.Register) ? ["register procedures"] : Array.Empty<string>(),
            .. allowed.HasFlag(Permissions.Publish) ? ["publish"] : Array.Empty<string>(),
            .. new RealmPolicy(new RealmSettings { Name = "", Roles = [role] }).RoleOf(role.Name).Decide("wamp.session.kill"u8).Permissions.HasFlag(Permissions.Call) ? ["end the sessions of others"] : Array.Empty<string>(),
        ];
        return deeds.Length < 2 ? string.Concat(deeds) : $"{string.Join(", ", deeds[..^1])} and {deeds[^1]}";
    }
}
