using WampRouter.Sessions.Authentication;

namespace WampRouter.Tests.Hostile;

/// <summary>The realm that the attacks are made on: anyone may do anything in it, and has whatever the router offers.</summary>
internal static class HostileRealm
{
    /// <summary>Its name.</summary>
    public const string Name = "hostile";

    /// <summary>A user whose ticket is slow to check.</summary>
    public const string User = "ada";

    /// <summary>That user's ticket.</summary>
    public const string Ticket = "a ticket that a person chose";

    /// <summary>A user that signs challenges with what is derived from a password.</summary>
    public const string Signer = "sal";

    /// <summary>What that user signs with.</summary>
    public const string SignersSecret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    /// <summary>Topics whose events are kept.</summary>
    public const string History = "com.hostile.history.";

    /// <summary>Topics whose events are kept on the disk.</summary>
    public const string DurableHistory = "com.hostile.disk.";

    private const string Template = """
        {
          "name": "hostile",
          "roles": [ { "name": "anonymous", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } } ] } ],
          "overflow": "drop-events",
          "limits": { "maxSubscriptionBytesPerPrincipal": 67108864, "maxSubscriptionBytes": 134217728 },
          "resumption": { "windowSeconds": 20 },
          "authentication": {
            "anonymous": { "role": "anonymous" },
            "ticket": { "principals": [ { "authid": "USER", "role": "anonymous", "tickets": [ "TICKET" ] } ] },
            "wampcra": { "principals": [ { "authid": "SIGNER", "role": "anonymous", "secrets": [ "SECRET" ], "salt": "AAECAwQFBgcICQoLDA0ODw==", "iterations": 100000 } ] }
          },
          "history": [ { "uri": "com.hostile.history.", "match": "prefix", "limit": 1000 }, { "uri": "com.hostile.disk.", "match": "prefix", "store": "sqlite", "limit": 1000 } ]
        }
        """;

    // Stretching a ticket takes a while; once is enough.
    private static readonly Lazy<string> File = new(() =>
        Template.Replace("USER", User, StringComparison.Ordinal).Replace("SIGNER", Signer, StringComparison.Ordinal).Replace("SECRET", SignersSecret, StringComparison.Ordinal).Replace("TICKET", TicketHash.OfChosen(Ticket).ToString(), StringComparison.Ordinal));

    /// <summary>Puts it beside the shipped realms of a router that is about to start.</summary>
    public static void WriteTo(string directory) => System.IO.File.WriteAllText(Path.Combine(directory, "config", "realms", "hostile.json"), File.Value);
}
