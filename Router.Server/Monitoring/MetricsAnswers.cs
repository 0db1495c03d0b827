using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using WampRouter.Sessions.Connections;

namespace WampRouter.Server.Monitoring;

/// <summary>
/// Middleware around the exporter of metrics. The exporter holds its measures for as long as somebody takes to read them, and all others wait for that with a running processor: so nobody reads from it but a buffer.
/// An answer has tens of kilobytes, so each address gets a bounded number of them. Any thread.
/// </summary>
internal sealed class MetricsAnswers : IDisposable
{
    /// <summary>Answers to one address in a second: a hundred times what anybody needs who watches.</summary>
    public const int MostPerSecond = 20;

    private const int MostBytes = 64 * 1024 * 1024;     // beyond it a file would be used

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, AddressBlock>(static context => RateLimitPartition.GetTokenBucketLimiter(
        context.Connection.RemoteIpAddress is { } address ? AddressBlock.Of(address) : default,
        static _ => new TokenBucketRateLimiterOptions { TokenLimit = MostPerSecond, TokensPerPeriod = MostPerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="exporter">Writes the metrics.</param>
    public async Task WriteAsync(HttpContext context, RequestDelegate exporter)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "1";
            await context.Response.WriteLineAsync(FormattableString.Invariant($"Metrics are read {MostPerSecond} times a second at most from one address."));
            return;
        }

        var response = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var buffer = new FileBufferingWriteStream(MostBytes);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(buffer));
        try
        {
            await exporter(context);
        }
        finally
        {
            context.Features.Set(response);
        }

        context.Response.ContentLength = buffer.Length;
        await buffer.DrainBufferAsync(response.Stream, context.RequestAborted);
    }

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();
}
