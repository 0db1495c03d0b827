using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Methods;

/// <summary>What the users of all methods have in common.</summary>
internal static class Principals
{
    /// <summary>The users by authid. Of two with the same, which is a mistake, the last counts.</summary>
    public static Dictionary<string, TPrincipal> ByName<TPrincipal>(IEnumerable<TPrincipal> principals)
        where TPrincipal : Principal
    {
        var byName = new Dictionary<string, TPrincipal>(StringComparer.Ordinal);
        foreach (var principal in principals)
        {
            byName[principal.AuthId] = principal;
        }

        return byName;
    }

    /// <summary>The authid of a user, which no other user of the method has.</summary>
    public static string ReadAuthId(ObjectReader principal, UniqueNames names)
    {
        var authId = principal.Text("authid", NameRules.FindProblem);
        principal.RequireUnique("authid", authId, names);
        return authId;
    }
}
