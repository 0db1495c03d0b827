using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>A request as a receiver of webhooks has got it.</summary>
internal sealed record HookRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];
}

/// <summary>Somebody's HTTP server that takes webhooks, on a port of its own.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<HookRequest> _requests = Channel.CreateUnbounded<HookRequest>();

    private HookServer(WebApplication app) => _app = app;

    /// <summary>What is answered; 200 without a body where left out.</summary>
    public Func<HookRequest, HttpContext, Task> Answer { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<HookRequest> Seen { get; } = [];

    public string Url => _app.Urls.Single() + "/hook";

    public static async Task<HookServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new HookServer(app);
        app.Run(server.TakeAsync);
        await app.StartAsync().Soon();
        return server;
    }

    /// <summary>Answers with a status from here on.</summary>
    public void AnswerWith(int status, string? body = null, string mediaType = "application/json", string? retryAfter = null) => Answer = async (_, context) =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        if (body is not null)
        {
            context.Response.ContentType = mediaType;
            await context.Response.WriteAsync(body);
        }
    };

    /// <summary>The next request, in the order in which they came.</summary>
    public Task<HookRequest> NextAsync() => _requests.Reader.ReadAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new HookRequest(context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        Seen.Enqueue(request);
        _requests.Writer.TryWrite(request);
        await Answer(request, context);
    }
}
