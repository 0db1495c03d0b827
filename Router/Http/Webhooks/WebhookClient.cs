using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace WampRouter.Http.Webhooks;

/// <summary>How one request ended.</summary>
internal enum AnswerKind : byte
{
    /// <summary>With an answer.</summary>
    Answered,

    /// <summary>The time was over.</summary>
    TimedOut,

    /// <summary>There was no connection, or it broke.</summary>
    Unreachable,
}

/// <summary>What came of one request.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Status">The status of the answer; 0 where there is none.</param>
/// <param name="Problem">What went wrong, for people; null for 2xx.</param>
internal sealed record WebhookAnswer(AnswerKind Kind, int Status, string? Problem)
{
    /// <summary>Whether the receiver has taken it.</summary>
    public bool IsTaken => Status is >= 200 and < 300;

    /// <summary>How long the receiver wants to be left alone; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body, where it was asked for; null where it is longer than it may be.</summary>
    public byte[]? Body { get; init; } = [];

    /// <summary>The media type of the body.</summary>
    public string? MediaType { get; init; }
}

/// <summary>
/// Posts what is signed. One for a router: connections are pooled by host, and bounded. No proxy of the environment is used, no redirect followed, no cookie kept: a request goes where the configuration says, or nowhere. Any thread.
/// </summary>
/// <param name="time">The clock of timestamps and timeouts.</param>
internal sealed class WebhookClient(TimeProvider time) : IDisposable
{
    /// <summary>To one host; more requests wait for one of them.</summary>
    private const int MostConnections = 256;

    /// <summary>What is read of an answer that nobody wants, so that its connection can be used again.</summary>
    private const int MostDrainedBytes = 64 * 1024;

    /// <summary>How long a name that was resolved counts.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    // Made for the first request: most routers have no webhooks, and it takes megabytes.
    private readonly Lazy<HttpMessageInvoker> _http = new(static () => new HttpMessageInvoker(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxConnectionsPerServer = MostConnections,
        PooledConnectionLifetime = ConnectionLifetime,
        MaxResponseDrainSize = MostDrainedBytes,
        AutomaticDecompression = DecompressionMethods.None,
    }));

    /// <summary>Posts a body once.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="secrets">What it is signed with.</param>
    /// <param name="id">Tells it from others: the same for every attempt.</param>
    /// <param name="body">JSON.</param>
    /// <param name="timeout">How long all of it may take.</param>
    /// <param name="mostBytes">The longest answer that is wanted; 0: none is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    public async Task<WebhookAnswer> PostAsync(Uri url, IReadOnlyList<WebhookSecret> secrets, string id, byte[] body, TimeSpan timeout, int mostBytes, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        using var request = Make(url, secrets, id, body);
        try
        {
            using var response = await _http.Value.SendAsync(request, either.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var read = mostBytes > 0 ? await ReadAsync(response.Content, mostBytes, either.Token).ConfigureAwait(false) : [];
            return new WebhookAnswer(AnswerKind.Answered, status, status is >= 200 and < 300 ? null : string.Create(CultureInfo.InvariantCulture, $"it answered {status}"))
            {
                RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null,
                Body = read,
                MediaType = response.Content.Headers.ContentType?.MediaType,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(AnswerKind.TimedOut, 0, string.Create(CultureInfo.InvariantCulture, $"it did not answer within {timeout.TotalSeconds} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or NotSupportedException)
        {
            return new WebhookAnswer(AnswerKind.Unreachable, 0, e.Message);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private HttpRequestMessage Make(Uri url, IReadOnlyList<WebhookSecret> secrets, string id, byte[] body)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("User-Agent", "WampRouter");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secrets, id, timestamp, body));
        return request;
    }

    private static async Task<byte[]?> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most)
        {
            return null;
        }

        using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await BoundedBody.ReadAsync(stream, most, cancellationToken).ConfigureAwait(false);
    }
}
