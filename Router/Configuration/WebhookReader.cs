using System.Text;
using WampRouter.Configuration.Documents;
using WampRouter.Http.Webhooks;
using WampRouter.Realms.Patterns;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Configuration;

/// <summary>Reads the webhooks of a realm.</summary>
/// <param name="uris">Which URIs the realm may name.</param>
/// <param name="noteOpenEnd">Says of a prefix that ends within a component what it matches.</param>
internal sealed class WebhookReader(UriRules uris, Action<ObjectReader, string, string, MatchPolicy> noteOpenEnd)
{
    private const int MaxTimeoutSeconds = 3_600;
    private const int MaxRetrySeconds = 31 * 86_400;
    private const int MaxDelaySeconds = 86_400;
    private const int MaxConcurrency = 10_000;
    private const int MaxToleranceSeconds = 86_400;
    private const int Most = 100_000_000;
    private const long MostBytes = 1L << 40;
    private const int LongestName = 64;

    private readonly UniqueNames _deliveries = new("a delivery");
    private readonly UniqueNames _procedures = new("a procedure");
    private readonly UniqueNames _receivers = new("a receiver");

    /// <summary>Reads the section.</summary>
    public WebhookSettings Read(ObjectReader webhooks) => new()
    {
        Deliveries = webhooks.Objects("deliveries", ReadDelivery),
        Procedures = webhooks.Objects("procedures", ReadProcedure),
        Receivers = webhooks.Objects("receivers", ReadReceiver),
    };

    private DeliverySettings ReadDelivery(ObjectReader delivery)
    {
        var match = delivery.Choice("match", MatchPolicy.Exact);
        var settings = new DeliverySettings
        {
            Name = ReadName(delivery, _deliveries),
            Topic = delivery.Text("topic", topic => uris.FindProblemOfTopic(topic, match)),
            Match = match,
            Url = ReadUrl(delivery),
            Secrets = delivery.Texts<WebhookSecret>("secrets", WebhookSecret.TryParse, atLeast: 1),
            Timeout = Seconds(delivery.Integer("timeoutSeconds", 10, 1, MaxTimeoutSeconds)),
            RetryFor = Seconds(delivery.Integer("retryForSeconds", 86_400, 0, MaxRetrySeconds)),
            MaxRetryDelay = Seconds(delivery.Integer("maxRetryDelaySeconds", 300, 1, MaxDelaySeconds)),
            MaxQueuedEvents = delivery.Integer("maxQueuedEvents", 100_000, 1, Most),
            MaxQueuedBytes = delivery.LongInteger("maxQueuedBytes", 256 * 1024 * 1024, 1_024, MostBytes),
            MaxDeadLetters = delivery.Integer("maxDeadLetters", 1_000, 0, Most),
            Concurrency = delivery.Integer("concurrency", 1, 1, MaxConcurrency),
            Store = delivery.Choice("store", Storage.QueueStore.Sqlite),
        };
        noteOpenEnd(delivery, "topic", settings.Topic, match);
        return settings;
    }

    private ForwardSettings ReadProcedure(ObjectReader procedure)
    {
        var match = procedure.Choice("match", MatchPolicy.Exact);
        var settings = new ForwardSettings
        {
            Procedure = procedure.Text("procedure", uri => FindProblem(uri, match)),
            Match = match,
            Url = ReadUrl(procedure),
            Secrets = procedure.Texts<WebhookSecret>("secrets", WebhookSecret.TryParse, atLeast: 1),
            Timeout = Seconds(procedure.Integer("timeoutSeconds", 30, 1, MaxTimeoutSeconds)),
            Concurrency = procedure.Integer("concurrency", 16, 1, MaxConcurrency),
        };
        noteOpenEnd(procedure, "procedure", settings.Procedure, match);
        procedure.RequireUnique("procedure", $"{settings.Procedure} ({Choices<MatchPolicy>.WordOf(match)})", _procedures);
        return settings;
    }

    private ReceiverSettings ReadReceiver(ObjectReader receiver)
    {
        var signature = receiver.Choice("signature", SignatureScheme.Standard);
        return new ReceiverSettings
        {
            Name = ReadName(receiver, _receivers),
            Topic = receiver.Text("topic", topic => FindProblem(topic, MatchPolicy.Exact)),
            Signature = signature,
            Secrets = receiver.Texts<WebhookSecret>("secrets", signature == SignatureScheme.Github ? WebhookSecret.TryParseText : WebhookSecret.TryParse, atLeast: 1),
            Tolerance = Seconds(receiver.Integer("toleranceSeconds", 300, 1, MaxToleranceSeconds)),
            MaxBodyBytes = receiver.Integer("maxBodyBytes", 1024 * 1024, 1, 15 * 1024 * 1024),
            MaxRememberedIds = receiver.Integer("maxRememberedIds", 10_000, 1, Most),
            Concurrency = receiver.Integer("concurrency", 16, 1, MaxConcurrency),
        };
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>A name stands in paths and tags.</summary>
    private static string ReadName(ObjectReader reader, UniqueNames names)
    {
        var name = reader.Text("name", static name =>
            NameRules.FindProblem(name) is { } problem ? problem
            : name.Length > LongestName ? $"is too long: {LongestName} characters is the most"
            : name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && name is not ("." or "..") ? null
            : $"{Words.Quote(name)} is not valid: letters, digits, '-', '_' and '.' make a name");
        reader.RequireUnique("name", name, names);
        return name;
    }

    private string? FindProblem(string uri, MatchPolicy match) =>
        uris.FindProblem(uri, match) is { } problem ? problem
        : WampUri.IsReserved(Encoding.UTF8.GetBytes(uri)) ? $"{Words.Quote(uri)} is not valid: what begins with 'wamp.' is the router's own"
        : null;

    private static Uri ReadUrl(ObjectReader reader)
    {
        var text = reader.Text("url", FindProblemOfUrl);
        var url = Uri.TryCreate(text, UriKind.Absolute, out var parsed) ? parsed : new Uri("http://localhost");
        if (url.Scheme == Uri.UriSchemeHttp && !LoopbackHost.Is(url.Authority))
        {
            reader.Note("url", "what is posted there can be read and changed by everybody on the way, but for its signature: 'https' keeps it from them");
        }

        return url;
    }

    private static string? FindProblemOfUrl(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) ? "must be a URL such as 'https://example.com/hook'"
        : url.UserInfo.Length > 0 ? "must have no user name or password in it: receivers check the signature"
        : url.Fragment.Length > 0 ? "must have no '#' in it, because what follows is never sent"
        : null;
}
