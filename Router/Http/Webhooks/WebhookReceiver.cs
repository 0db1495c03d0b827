using System.Globalization;
using System.Text.Json;
using WampRouter.Client;
using WampRouter.Wire;

namespace WampRouter.Http.Webhooks;

/// <summary>What is answered to a request from outside.</summary>
/// <param name="Status">The status.</param>
/// <param name="Detail">What was wrong, for whoever sends; null: nothing was.</param>
internal readonly record struct ReceiverAnswer(int Status, string? Detail)
{
    /// <summary>The publication, where there is one.</summary>
    public long? Publication { get; init; }
}

/// <summary>Makes events of signed requests from outside. Any thread.</summary>
internal sealed class WebhookReceiver
{
    /// <summary>How long the realm may take.</summary>
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may take to come: until then a sender who has shown no signature has a place.</summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(10);

    private const int LongestId = 256;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = WireLimits.MaxDepth - 4 };

    private readonly RealmWebhooks _webhooks;
    private readonly string _realm;
    private readonly WebhookServices _services;
    private readonly RecentIds _ids;
    private readonly Places _places;

    /// <param name="webhooks">Publishes.</param>
    /// <param name="realm">Where.</param>
    /// <param name="settings">What is taken.</param>
    /// <param name="services">What all webhooks share.</param>
    public WebhookReceiver(RealmWebhooks webhooks, string realm, ReceiverSettings settings, WebhookServices services)
        : this(webhooks, realm, settings, services, new RecentIds(), new Places())
    {
    }

    private WebhookReceiver(RealmWebhooks webhooks, string realm, ReceiverSettings settings, WebhookServices services, RecentIds ids, Places places) =>
        (_webhooks, _realm, Settings, _services, _ids, _places) = (webhooks, realm, settings, services, ids, places);

    /// <summary>What is taken.</summary>
    public ReceiverSettings Settings { get; }

    /// <summary>The same with other settings: what it remembers stays.</summary>
    public WebhookReceiver With(ReceiverSettings settings) => new(_webhooks, _realm, settings, _services, _ids, _places);

    /// <summary>Takes a request, if there is room for another.</summary>
    public async Task<ReceiverAnswer> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!_places.TryEnter(Settings.Concurrency))
        {
            return new ReceiverAnswer(StatusCodes.Status503ServiceUnavailable, "too many requests are under way");
        }

        using var timer = new CancellationTokenSource(BodyTimeout, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return request.ContentLength > Settings.MaxBodyBytes || await BoundedBody.ReadAsync(request.Body, Settings.MaxBodyBytes, either.Token).ConfigureAwait(false) is not { } body
                ? new ReceiverAnswer(StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"the body may have {Settings.MaxBodyBytes} bytes"))
                : await TakeAsync(request.Headers, body, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ReceiverAnswer(StatusCodes.Status408RequestTimeout, "the body did not come in time");
        }
        finally
        {
            _places.Leave();
        }
    }

    private async Task<ReceiverAnswer> TakeAsync(IHeaderDictionary headers, byte[] body, CancellationToken cancellationToken)
    {
        var isGithub = Settings.Signature == SignatureScheme.Github;
        var id = headers[isGithub ? "X-GitHub-Delivery" : WebhookSignature.IdHeader].ToString();
        var timestamp = headers[WebhookSignature.TimestampHeader].ToString();
        if (FindProblem(headers, isGithub, id, timestamp, body) is { } problem)
        {
            return problem;
        }

        if (!IsJson(body))
        {
            return new ReceiverAnswer(StatusCodes.Status400BadRequest, "the body is no JSON, or nested too deeply");
        }

        var age = Settings.Tolerance * 2;       // a clock that is ahead, and then the same that is behind
        return _ids.Take(id, _services.Time.GetUtcNow(), age, Settings.MaxRememberedIds) switch
        {
            IdState.Known => new ReceiverAnswer(StatusCodes.Status200OK, null),
            IdState.UnderWay => new ReceiverAnswer(StatusCodes.Status409Conflict, "a request of this id is under way"),
            _ => await PublishAsync(headers, isGithub, id, timestamp, body, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Whether the request is from somebody who has a secret, and not from long ago. What is wrong with a signature is not said.</summary>
    private ReceiverAnswer? FindProblem(IHeaderDictionary headers, bool isGithub, string id, string timestamp, byte[] body)
    {
        if (id.Length is 0 or > LongestId)
        {
            return new ReceiverAnswer(StatusCodes.Status400BadRequest, $"the header {(isGithub ? "X-GitHub-Delivery" : WebhookSignature.IdHeader)} is missing or too long");
        }

        if (isGithub)
        {
            return WebhookSignature.VerifyGithub(Settings.Secrets, body, headers[WebhookSignature.GithubHeader].ToString()) ? null : Unsigned;
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return new ReceiverAnswer(StatusCodes.Status400BadRequest, $"the header {WebhookSignature.TimestampHeader} must be seconds since 1970");
        }

        if (!WebhookSignature.Verify(Settings.Secrets, id, timestamp, body, headers[WebhookSignature.SignatureHeader].ToString()))
        {
            return Unsigned;
        }

        // Compared as numbers: a timestamp may be further away than any date.
        var off = (UInt128)Int128.Abs((Int128)seconds - _services.Time.GetUtcNow().ToUnixTimeSeconds());
        return off > (UInt128)Settings.Tolerance.TotalSeconds ? new ReceiverAnswer(StatusCodes.Status401Unauthorized, "the timestamp is too far from the router's clock") : null;
    }

    private static ReceiverAnswer Unsigned => new(StatusCodes.Status401Unauthorized, "the signature is missing or wrong");

    private static bool IsJson(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Strict);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();     // half of a surrogate pair is no text
                }
            }

            return System.Text.Unicode.Utf8.IsValid(body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<ReceiverAnswer> PublishAsync(IHeaderDictionary headers, bool isGithub, string id, string timestamp, byte[] body, CancellationToken cancellationToken)
    {
        var payload = new WampPayload { new RawJson(body) };
        payload.Add("id", id);
        if (isGithub)
        {
            payload.Add("event", headers["X-GitHub-Event"].ToString());
        }
        else
        {
            payload.Add("timestamp", RawJson.Of(writer => writer.WriteNumberValue(long.Parse(timestamp, CultureInfo.InvariantCulture))));
        }

        using var timer = new CancellationTokenSource(PublishTimeout, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var publication = await _webhooks.Session.PublishAcknowledgedAsync(Settings.Topic, payload, new WampPublishOptions { ExcludeMe = false }, either.Token).ConfigureAwait(false);
            _ids.Confirm(id);
            return new ReceiverAnswer(StatusCodes.Status200OK, null) { Publication = publication };
        }
        catch (Exception e) when (e is WampException or OperationCanceledException)
        {
            _ids.Release(id);
            WebhookLog.RequestFailed(_services.Logger, _realm, Settings.Name, e.Message);
            return e is WampException { ErrorUri: WampErrorUri.PayloadSizeExceeded }
                ? new ReceiverAnswer(StatusCodes.Status413PayloadTooLarge, "the body does not fit into an event")
                : new ReceiverAnswer(StatusCodes.Status503ServiceUnavailable, "the realm does not take it now");
        }
        catch (WampSerializationException e)
        {
            _ids.Release(id);
            return new ReceiverAnswer(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    /// <summary>How many requests are under way.</summary>
    private sealed class Places
    {
        private int _taken;

        public bool TryEnter(int most)
        {
            if (Interlocked.Increment(ref _taken) <= most)
            {
                return true;
            }

            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref _taken);
    }
}
