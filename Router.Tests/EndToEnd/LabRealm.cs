using System.Security.Cryptography;
using System.Text;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The realms of the tests that drive a client library through all it knows; its scripts log in with these names and tickets.</summary>
internal static class LabRealm
{
    private static readonly string Lab = $$"""
        {
          "name": "lab",
          "roles": [
            {
              "name": "staff",
              "trustLevel": 5,
              "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } } ]
            },
            {
              "name": "guest",
              "permissions": [
                { "uri": "com.example.lab.", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } },
                { "uri": "com.example.lab.forbidden.", "match": "prefix", "allow": {} }
              ]
            }
          ],
          "authentication": {
            "ticket": {
              "principals": [
                { "authid": "ada", "role": "staff", "tickets": [ "{{HashOf("ada-ticket")}}" ] },
                { "authid": "bob", "role": "staff", "tickets": [ "{{HashOf("bob-ticket")}}" ] },
                { "authid": "gus", "role": "guest", "tickets": [ "{{HashOf("gus-ticket")}}" ] }
              ]
            },
            "wampcra": {
              "principals": [
                { "authid": "cleo", "role": "staff", "secrets": [ "cleo-secret" ] },
                { "authid": "dora", "role": "guest", "salt": "AAECAwQFBgcICQoLDA0ODw==", "iterations": 1000, "keylen": 32, "secrets": [ "{{WampRouter.Sessions.Authentication.WampCraSecret.Derive("dora-password", new("AAECAwQFBgcICQoLDA0ODw==", 1_000, 32)).Reveal()}}" ] }
              ]
            }
          },
          "history": [
            { "uri": "com.example.lab.history", "limit": 3 },
            { "uri": "com.example.lab.log.", "match": "prefix", "store": "sqlite" }
          ]
        }
        """;

    private const string Discreet = """
        {
          "name": "discreet",
          "allowDiscloseMe": false,
          "progressNeedsCanceling": true,
          "roles": [
            {
              "name": "anonymous",
              "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } } ]
            }
          ],
          "authentication": { "anonymous": { "role": "anonymous" } }
        }
        """;

    /// <summary>Puts them beside the shipped realms of a router that is about to start.</summary>
    public static void WriteTo(string directory)
    {
        var realms = Path.Combine(directory, "config", "realms");
        File.WriteAllText(Path.Combine(realms, "lab.json"), Lab);
        File.WriteAllText(Path.Combine(realms, "discreet.json"), Discreet);
    }

    // Tickets as short as these are for tests: what nobody can guess needs no slow hash.
    private static string HashOf(string ticket) => $"sha256:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)))}";
}
