using System.Text.Json;
using WampRouter.Client;
using WampRouter.Wire;

namespace WampRouter.Http.Webhooks;

/// <summary>Serves a procedure by an HTTP endpoint: posts each call, and makes of the answer a result or an error. Any thread.</summary>
/// <param name="realm">Whose procedure.</param>
/// <param name="settings">Which one, and where to.</param>
/// <param name="services">What all webhooks share.</param>
internal sealed class ForwardedProcedure(string realm, ForwardSettings settings, WebhookServices services)
{
    private volatile ForwardSettings _settings = settings;

    /// <summary>Which one, and where to.</summary>
    public ForwardSettings Settings => _settings;

    /// <summary>Other settings hold for the next call.</summary>
    public void Apply(ForwardSettings changed) => _settings = changed;

    /// <summary>Serves one call.</summary>
    /// <exception cref="WampException">The error for the caller.</exception>
    public async Task<WampPayload?> InvokeAsync(WampInvocation call)
    {
        if (call.IsInPieces)
        {
            throw new WampException(WampErrorUri.InvalidArgument, $"'{call.Procedure}' is served over HTTP and takes no call in pieces.");
        }

        var current = _settings;
        var began = services.Time.GetTimestamp();
        WebhookAnswer answer;
        try
        {
            answer = await services.Client.PostAsync(
                current.Url, current.Secrets, $"call_{Guid.NewGuid():N}", WebhookBody.Of(realm, call, services.Time.GetUtcNow()), current.Timeout, services.MaxMessageBytes(), call.CancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            services.Metrics.Called(realm, current.Procedure, "canceled", services.Time.GetElapsedTime(began));
            throw;
        }

        services.Metrics.Called(realm, current.Procedure, OutcomeOf(answer), services.Time.GetElapsedTime(began));
        if (answer.Problem is { } problem && !ProcedureAnswer.IsError(answer))
        {
            WebhookLog.CallFailed(services.Logger, realm, current.Procedure, current.Url.Authority, problem);
        }

        return ProcedureAnswer.Read(answer, call.Procedure);
    }

    private static string OutcomeOf(WebhookAnswer answer) => answer.Kind switch
    {
        AnswerKind.TimedOut => "timeout",
        AnswerKind.Unreachable => "unreachable",
        _ => answer.IsTaken ? "result" : "error",
    };
}

/// <summary>What an HTTP answer says to a caller.</summary>
internal static class ProcedureAnswer
{
    private const string ProblemMediaType = "application/problem+json";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = WireLimits.MaxDepth - 4 };

    /// <summary>Whether an answer that is no result says which error it is.</summary>
    public static bool IsError(WebhookAnswer answer)
    {
        using var document = Parse(answer.Body);
        return document is not null && ErrorIn(document.RootElement, answer) is not null;
    }

    /// <summary>The result.</summary>
    /// <exception cref="WampException">The error.</exception>
    public static WampPayload? Read(WebhookAnswer answer, string procedure)
    {
        if (answer.Body is null)
        {
            throw new WampException(WampErrorUri.PayloadSizeExceeded, $"The answer of '{procedure}' is longer than a message may be.");
        }

        using var document = Parse(answer.Body);
        if (!answer.IsTaken)
        {
            throw (document is null ? null : ErrorIn(document.RootElement, answer)) ?? new WampException(UriOf(answer), $"'{procedure}' was not served over HTTP: {answer.Problem}.");
        }

        return document is not null ? ResultIn(document.RootElement)
            : answer.Body.AsSpan().ContainsAnyExcept(" \t\r\n"u8) ? throw new WampException(WampErrorUri.RuntimeError, $"'{procedure}' was answered over HTTP with something else than JSON.")
            : null;
    }

    private static JsonDocument? Parse(byte[]? body)
    {
        try
        {
            return body is { Length: > 0 } ? JsonDocument.Parse(body, Strict) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary><c>args</c> and <c>kwargs</c> where there is nothing else; any other value is one argument.</summary>
    private static WampPayload ResultIn(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.EnumerateObject().Any() || !root.EnumerateObject().All(IsArguments))
        {
            return [RawOf(root)];
        }

        return ArgumentsIn(root);
    }

    private static bool IsArguments(JsonProperty member) => (member.NameEquals("args"u8) && member.Value.ValueKind == JsonValueKind.Array) || (member.NameEquals("kwargs"u8) && member.Value.ValueKind == JsonValueKind.Object);

    private static WampPayload ArgumentsIn(JsonElement root)
    {
        var payload = new WampPayload();
        if (root.TryGetProperty("args"u8, out var items) && items.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray())
            {
                payload.Add(RawOf(item));
            }
        }

        if (root.TryGetProperty("kwargs"u8, out var named) && named.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in named.EnumerateObject().DistinctBy(member => member.Name))
            {
                payload.Add(member.Name, RawOf(member.Value));
            }
        }

        return payload;
    }

    private static RawJson RawOf(JsonElement value) => new(System.Text.Encoding.UTF8.GetBytes(value.GetRawText()));

    /// <summary>The error that the answer names; null where it names none.</summary>
    private static WampException? ErrorIn(JsonElement root, WebhookAnswer answer)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var isProblem = ProblemMediaType.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase);
        var uri = TextOf(root, "error"u8) ?? (isProblem ? TextOf(root, "type"u8) : null);
        if (uri is null or "about:blank" || !WampUri.IsValid(System.Text.Encoding.UTF8.GetBytes(uri), strict: false))
        {
            return null;
        }

        var payload = ArgumentsIn(root);
        var words = TextOf(root, "detail"u8) ?? TextOf(root, "title"u8) ?? TextOf(root, "message"u8);
        if (payload.Items.Count == 0 && words is not null)
        {
            payload.Add(words);
        }

        return new WampException(uri, words ?? uri, payload);
    }

    private static string? TextOf(JsonElement root, ReadOnlySpan<byte> name)
    {
        try
        {
            return root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;        // half of a surrogate pair
        }
    }

    private static string UriOf(WebhookAnswer answer) => (answer.Kind, answer.Status) switch
    {
        (AnswerKind.TimedOut, _) or (_, 408 or 504) => WampErrorUri.Timeout,
        (AnswerKind.Unreachable, _) or (_, 429 or 502 or 503) => WampErrorUri.Unavailable,
        (_, 400 or 422) => WampErrorUri.InvalidArgument,
        (_, 403) => WampErrorUri.NotAuthorized,
        (_, 413) => WampErrorUri.PayloadSizeExceeded,
        _ => WampErrorUri.RuntimeError,
    };
}
