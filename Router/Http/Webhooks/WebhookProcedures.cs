using System.Text.Json;
using WampRouter.Client;
using WampRouter.Storage;

namespace WampRouter.Http.Webhooks;

/// <summary>The procedures of a realm by which its webhooks are looked at. Who may call them is decided by the realm's rules, as for any procedure. Any thread.</summary>
/// <param name="webhooks">Those of the realm.</param>
internal sealed class WebhookProcedures(RealmWebhooks webhooks)
{
    /// <summary>Which webhooks there are, and how they fare.</summary>
    public const string List = "wamprouter.webhook.list";

    /// <summary>The dead letters of one.</summary>
    public const string DeadLetters = "wamprouter.webhook.dead_letters";

    /// <summary>Tries them again.</summary>
    public const string Retry = "wamprouter.webhook.retry";

    /// <summary>Forgets them.</summary>
    public const string Discard = "wamprouter.webhook.discard";

    private const int UsualLetters = 100;
    private const int MostLetters = 1_000;

    /// <summary>All of them.</summary>
    public IEnumerable<(string Uri, Func<WampInvocation, Task<WampPayload?>> Serve)> All =>
    [
        (List, _ => Task.FromResult<WampPayload?>([RawJson.Of(WriteList)])),
        (DeadLetters, ShowDeadLettersAsync),
        (Retry, async call => Count(await Find(call).Queue.RetryAsync(IdOf(call)).ConfigureAwait(false))),
        (Discard, async call => Count(await Find(call).Queue.DiscardAsync(IdOf(call)).ConfigureAwait(false))),
    ];

    private static WampPayload Count(int count) => [RawJson.Of(writer => writer.WriteNumberValue(count))];

    private static string? IdOf(WampInvocation call) => call.Arguments.Count > 1 ? call.Arguments.Get<string?>(1) : call.Arguments.Contains("id") ? call.Arguments.Get<string?>("id") : null;

    private Task<WampPayload?> ShowDeadLettersAsync(WampInvocation call)
    {
        var queue = Find(call).Queue;
        var limit = call.Arguments.Count > 1 ? call.Arguments.Get<int>(1) : call.Arguments.GetOr("limit", UsualLetters);
        if (limit is < 1 or > MostLetters)
        {
            throw new WampException(WampErrorUri.InvalidArgument, $"'limit' is a whole number from 1 to {MostLetters}.");
        }

        return Task.FromResult<WampPayload?>([RawJson.Of(writer => WriteDeadLetters(writer, queue.ReadDeadLetters(limit)))]);
    }

    private EventDelivery Find(WampInvocation call)
    {
        var name = call.Arguments.Count > 0 ? call.Arguments.Get<string>(0) : call.Arguments.Get<string>("name");
        return webhooks.Deliveries.FirstOrDefault(delivery => delivery.Settings.Name == name) ?? throw new WampException(WampErrorUri.InvalidArgument, "There is no webhook of this name.");
    }

    private void WriteList(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var delivery in webhooks.Deliveries)
        {
            var (settings, volume, failure) = (delivery.Settings, delivery.Queue.Volume, delivery.Failure);
            writer.WriteStartObject();
            writer.WriteString("name"u8, settings.Name);
            writer.WriteString("topic"u8, settings.Topic);
            writer.WriteString("url"u8, settings.Url.GetLeftPart(UriPartial.Path));     // a query often is a secret
            writer.WriteNumber("queued"u8, volume.Events);
            writer.WriteNumber("bytes"u8, volume.Bytes);
            WriteTime(writer, "oldest", delivery.Queue.Oldest);
            WriteTime(writer, "failing_since", failure?.Since);
            writer.WriteString("last_error"u8, failure?.Error);
            writer.WriteNumber("refused"u8, delivery.Refused);
            writer.WriteNumber("dead_letters"u8, volume.DeadLetters);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDeadLetters(Utf8JsonWriter writer, IReadOnlyList<DeadLetter> letters)
    {
        writer.WriteStartArray();
        foreach (var letter in letters)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, letter.Id);
            WriteTime(writer, "timestamp", letter.Time);
            WriteTime(writer, "given_up", letter.Died);
            writer.WriteNumber("attempts"u8, letter.Attempts);
            writer.WriteString("error"u8, letter.Error);
            writer.WriteNumber("bytes"u8, letter.Bytes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            writer.WriteString(name, WebhookBody.Show(known));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
