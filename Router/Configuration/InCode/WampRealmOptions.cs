using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter;

/// <summary>
/// A realm as code describes it: everything a realm file can say, under the same names (docs/configuration.md). What is left null has its default. It is judged by the same rules as a
/// file when the router starts, and all mistakes are told at once.
/// </summary>
/// <param name="name">The realm's URI, as clients name it in HELLO.</param>
/// <exception cref="ArgumentNullException">The name is null.</exception>
/// <remarks>Not for several threads. Read once: a change after the start has no effect.</remarks>
public sealed class WampRealmOptions(string name)
{
    /// <summary>The realm's URI, as clients name it in HELLO.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>Which rule URIs must satisfy. Default: <see cref="WampUriCheck.Loose"/>.</summary>
    public WampUriCheck? UriCheck { get; set; }

    /// <summary>Every role a session can have; there must be one.</summary>
    public IList<WampRoleOptions> Roles { get; } = [];

    /// <summary>Whether clients may ask for their identity to be told to receivers. Default: yes.</summary>
    public bool? AllowDiscloseMe { get; set; }

    /// <summary>Whether a callee is asked for progressive results only if it can be interrupted. Default: no.</summary>
    public bool? ProgressNeedsCanceling { get; set; }

    /// <summary>How request ids of clients are checked. Default: <see cref="WampRequestIdCheck.Log"/>.</summary>
    public WampRequestIdCheck? RequestIds { get; set; }

    /// <summary>What a peer loses that does not read fast enough. Default: <see cref="WampOverflow.Disconnect"/>.</summary>
    public WampOverflow? Overflow { get; set; }

    /// <summary>How many events are retained, and how long; null: the defaults.</summary>
    public WampRetainedOptions? Retained { get; set; }

    /// <summary>The topics and patterns whose events are kept.</summary>
    public IList<WampHistoryOptions> History { get; } = [];

    /// <summary>How often sessions are told of in <c>wamp.session.on_stats</c>; null: never.</summary>
    public WampStatisticsOptions? Statistics { get; set; }

    /// <summary>Whether sessions outlive their connection, and how long; null: the defaults.</summary>
    public WampResumptionOptions? Resumption { get; set; }

    /// <summary>Bounds on the decisions of the realm's authorizer (<see cref="WampRouterBuilder.UseAuthorizer{TAuthorizer}"/>); null: the defaults.</summary>
    public WampAuthorizerOptions? Authorizer { get; set; }

    /// <summary>Bounds on what clients can make the realm hold.</summary>
    public WampRealmLimits Limits { get; } = new();

    /// <summary>What the realm has to do with HTTP endpoints elsewhere.</summary>
    public WampWebhookOptions Webhooks { get; } = new();

    /// <summary>Who may join with what is configured here.</summary>
    public WampAuthenticationOptions Authentication { get; } = new();

    /// <summary>Who may join because the application says so.</summary>
    [JsonIgnore]
    public WampLogins Logins { get; } = new();

    /// <summary>Adds a role that may do nothing yet.</summary>
    /// <param name="name">The authrole, as WELCOME reports it.</param>
    /// <returns>The role.</returns>
    public WampRoleOptions AddRole(string name)
    {
        var role = new WampRoleOptions(name);
        Roles.Add(role);
        return role;
    }

    /// <summary>Lets everybody join without proof.</summary>
    /// <param name="role">The role such sessions get.</param>
    /// <param name="loopbackOnly">Whether only those on this machine may.</param>
    /// <returns>This realm.</returns>
    public WampRealmOptions AllowAnonymous(string role, bool loopbackOnly = false)
    {
        Authentication.Anonymous = new WampAnonymousOptions(role) { LoopbackOnly = loopbackOnly };
        return this;
    }

    /// <summary>Lets somebody join with a ticket.</summary>
    /// <param name="authId">The name sent as HELLO.Details.authid.</param>
    /// <param name="role">The role the session gets.</param>
    /// <param name="tickets">What <c>wamprouter hash-ticket</c> prints, or <see cref="WampTicketHash.Of"/> makes; several, so that a ticket can be replaced without an interruption.</param>
    /// <returns>This realm.</returns>
    public WampRealmOptions AddPrincipal(string authId, string role, params IEnumerable<string> tickets)
    {
        var principal = new WampPrincipalOptions(authId, role, tickets);
        Authentication.Ticket ??= new WampTicketOptions();
        Authentication.Ticket.Principals.Add(principal);
        return this;
    }

    /// <summary>Lets somebody join by WAMP-CRA: <c>realm.AddPrincipal(WampCraPrincipalOptions.OfPassword("alice", "staff", password))</c>.</summary>
    /// <param name="principal">The user.</param>
    /// <returns>This realm.</returns>
    public WampRealmOptions AddPrincipal(WampCraPrincipalOptions principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        Authentication.WampCra ??= new WampCraOptions();
        Authentication.WampCra.Principals.Add(principal);
        return this;
    }

    /// <summary>Lets somebody join with a bearer token: <c>realm.AddPrincipal(new WampBearerPrincipalOptions("ci", "publisher", hash))</c>.</summary>
    /// <param name="principal">The user.</param>
    /// <returns>This realm.</returns>
    public WampRealmOptions AddPrincipal(WampBearerPrincipalOptions principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        Authentication.Bearer ??= new WampBearerOptions();
        Authentication.Bearer.Principals.Add(principal);
        return this;
    }

    /// <summary>Keeps the events of a topic, or of all topics that match a pattern.</summary>
    /// <param name="uri">The topic or pattern.</param>
    /// <param name="match">How it matches.</param>
    /// <returns>What is kept of them.</returns>
    public WampHistoryOptions KeepHistory(string uri, WampUriMatch match = WampUriMatch.Exact)
    {
        var history = new WampHistoryOptions(uri) { Match = match };
        History.Add(history);
        return history;
    }

    /// <summary>Posts the events of a topic, or of all that match, to a URL.</summary>
    /// <param name="name">What it is called: the name of its queue.</param>
    /// <param name="topic">The topic or pattern.</param>
    /// <param name="url">Where to.</param>
    /// <param name="secrets">What requests are signed with, <c>whsec_</c> and Base64.</param>
    /// <returns>How it is done.</returns>
    public WampWebhookDeliveryOptions PostEvents(string name, string topic, string url, params IEnumerable<string> secrets)
    {
        var delivery = new WampWebhookDeliveryOptions(name, topic, url, secrets);
        Webhooks.Deliveries.Add(delivery);
        return delivery;
    }

    /// <summary>Lets an HTTP endpoint serve a procedure.</summary>
    /// <param name="procedure">The procedure or pattern.</param>
    /// <param name="url">Where calls are posted to.</param>
    /// <param name="secrets">What requests are signed with, <c>whsec_</c> and Base64.</param>
    /// <returns>How it is done.</returns>
    public WampWebhookProcedureOptions PostCalls(string procedure, string url, params IEnumerable<string> secrets)
    {
        var forwarded = new WampWebhookProcedureOptions(procedure, url, secrets);
        Webhooks.Procedures.Add(forwarded);
        return forwarded;
    }

    /// <summary>Makes events of signed requests from outside.</summary>
    /// <param name="name">What the receiver is called: the last part of its path.</param>
    /// <param name="topic">The topic of the events.</param>
    /// <param name="secrets">One of these has signed a request.</param>
    /// <returns>How it is done.</returns>
    public WampWebhookReceiverOptions ReceiveEvents(string name, string topic, params IEnumerable<string> secrets)
    {
        var receiver = new WampWebhookReceiverOptions(name, topic, secrets);
        Webhooks.Receivers.Add(receiver);
        return receiver;
    }

    /// <summary>The realm file that says the same, as JSON; without what only code can say, <see cref="Logins"/>.</summary>
    /// <returns>Text for a file in the directory of the realms.</returns>
    public string ToJson() => Encoding.UTF8.GetString(ToUtf8Json(new JsonWriterOptions { Indented = true }));

    internal byte[] ToUtf8Json(JsonWriterOptions options = default)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, options))
        {
            JsonSerializer.Serialize(writer, this, RealmOptionsJson.Default.WampRealmOptions);
        }

        return json.WrittenSpan.ToArray();
    }
}
