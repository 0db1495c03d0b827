using Microsoft.Net.Http.Headers;
using WampRouter.Http.Events;
using WampRouter.Http.Webhooks;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Endpoint;

namespace WampRouter.Http;

/// <summary>
/// WAMP for whoever has only HTTP: <c>POST …/REALM/publish</c>, <c>POST …/REALM/call</c>, <c>GET …/REALM/events</c> (server-sent events), <c>GET …/REALM/poll</c>, <c>POST …/REALM/hooks/NAME</c> for signed requests of others, and <c>GET …/openapi.json</c>, which says the same to programs.
/// Of HTTP/1.0, 1.1 and 2.
/// </summary>
internal sealed class HttpEndpoint
{
    /// <summary>The route value with what follows the path.</summary>
    public const string Rest = "http";

    private const string Hooks = "hooks";

    private readonly HttpEntrance _entrance;
    private readonly Requests _requests;
    private readonly EventStreams _streams;
    private readonly EventPolls _polls;
    private readonly WebhookEndpoint _hooks;

    /// <param name="entrance">Where it leads.</param>
    /// <param name="hooks">Where the requests of webhooks lead.</param>
    public HttpEndpoint(HttpEntrance entrance, WebhookEndpoint hooks)
    {
        (_entrance, _hooks) = (entrance, hooks);
        _requests = new Requests(entrance);
        _streams = new EventStreams(entrance);
        _polls = new EventPolls(entrance);
    }

    /// <summary>The route below a path.</summary>
    public static string RouteBelow(string path) => $"{path.TrimEnd('/')}/{{**{Rest}}}";

    /// <summary>Serves one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var request = HttpVisitor.Read(context) with { IsOriginAllowed = await EndpointCors.AllowsAsync(context) };
        var (realm, operation) = Split(context.Request.RouteValues[Rest] as string);
        var within = ListenerOf(context);
        var visit = new HttpVisit(realm, HttpCredentials.None, request, within, HttpVisitor.RemoteOf(context), context.TraceIdentifier);
        _entrance.Settle(visit);
        CrossOrigin.SetHeaders(context.Response);
        try
        {
            if (await FindProblemAsync(context, visit, operation) is { } problem)
            {
                _entrance.NoteRefused(problem, visit, operation.Name);
                await HttpAnswers.WriteAsync(context, problem);
            }

            _entrance.Metrics.Answered(operation.Name, context.Response.StatusCode);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            _entrance.Metrics.Answered(operation.Name, StatusCodes.Status499ClientClosedRequest);      // the client waits for no answer
        }
        catch (Exception e)
        {
            _entrance.NoteFailed(e, visit, operation.Name);
            await FailAsync(context);
            _entrance.Metrics.Answered(operation.Name, StatusCodes.Status500InternalServerError);
        }
    }

    private async Task<Problem?> FindProblemAsync(HttpContext context, HttpVisit visit, Operation operation)
    {
        try
        {
            return await AnswerAsync(context, visit, operation);
        }
        catch (BadHttpRequestException e)
        {
            return new(e.StatusCode, e.Message);    // the server has limits of its own, and words for them
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            return new(StatusCodes.Status400BadRequest, "The request is broken, or has ended before its body.");     // if the client has gone, nobody reads it
        }
    }

    /// <summary>Says that the fault is ours; an answer that has begun is cut off, so that nobody takes it for whole.</summary>
    private static async Task FailAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await HttpAnswers.WriteAsync(context, new Problem(StatusCodes.Status500InternalServerError, $"The router has failed. Its log says why, at {context.TraceIdentifier} (1402)."));
    }

    /// <summary>Answers, or says what the answer is that says no.</summary>
    private async Task<Problem?> AnswerAsync(HttpContext context, HttpVisit visit, Operation operation)
    {
        if (!_entrance.Services.Origins.Allows(visit.Request))
        {
            return Problem.Of(OriginPolicy.Refuse(visit.Request));
        }

        // Where the application has a rule of its own, it is its middleware that says it to browsers.
        if (!string.IsNullOrEmpty(visit.Request.Origin) && visit.Request.IsOriginAllowed is null)
        {
            CrossOrigin.Allow(context.Response, visit.Request.Origin, "Retry-After, WWW-Authenticate");
        }

        // A page cannot hide where it is from unless it has no use for the answer: an image, a link, a form.
        if (string.IsNullOrEmpty(visit.Request.Origin) && context.Request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            return new(StatusCodes.Status403Forbidden, "Pages of other sites ask by fetch or EventSource, which say where they are from.");
        }

        if (operation == Operation.Nothing)
        {
            return Problem.NotFound;
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            CrossOrigin.WriteOptions(context.Response, operation.Method, "Authorization, Content-Type, Last-Event-ID");
            return null;
        }

        if (!operation.Method.Equals(context.Request.Method, StringComparison.OrdinalIgnoreCase) && !(operation == Operation.Describe && HttpMethods.IsHead(context.Request.Method)))
        {
            return new(StatusCodes.Status405MethodNotAllowed, $"Use {operation.Method}.") { Header = ("Allow", $"{operation.Method}, OPTIONS") };
        }

        return operation == Operation.Describe ? await DescribeAsync(context) : await ServeAsync(context, visit, operation);
    }

    private async Task<Problem?> ServeAsync(HttpContext context, HttpVisit visit, Operation operation)
    {
        if (operation == Operation.Hook)
        {
            // Who sends it says its signature, and the receiver judges it, answers and notes what is wrong.
            await _hooks.HandleAsync(context, visit.Realm, NameIn(context));
            return null;
        }

        if (!HttpCredentials.TryParse(context.Request.Headers.Authorization, out var credentials, out var fault))
        {
            return new(StatusCodes.Status401Unauthorized, fault) { Header = (HeaderNames.WWWAuthenticate, HttpCredentials.Challenge) };
        }

        visit = visit with { Credentials = credentials };
        return operation switch
        {
            _ when operation == Operation.Publish => await _requests.PublishAsync(context, visit),
            _ when operation == Operation.Call => await _requests.CallAsync(context, visit),
            _ when operation == Operation.Events => await _streams.WriteAsync(context, visit),
            _ => await _polls.WriteAsync(context, visit),
        };
    }

    private static async Task<Problem?> DescribeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        await HttpAnswers.WriteAsync(context, OpenApiDocument.At(context.Request.PathBase + path[..path.LastIndexOf('/')]), HttpAnswers.Json);
        return null;
    }

    /// <summary>The realm, and what is asked of it. A slash in the name of a realm is written <c>%2F</c>, which the server leaves as it is.</summary>
    private static (string Realm, Operation Operation) Split(string? rest) => rest?.Split('/') switch
    {
        ["openapi.json"] => ("", Operation.Describe),
        [{ Length: > 0 } realm, Hooks, { Length: > 0 }] => (RealmIn(realm), Operation.Hook),
        [{ Length: > 0 } realm, var name] when Operation.OfRealms.FirstOrDefault(operation => operation.Name == name) is { } found => (RealmIn(realm), found),
        _ => ("", Operation.Nothing),
    };

    private static string RealmIn(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The receiver that the path of a webhook names.</summary>
    private static string NameIn(HttpContext context) => (context.Request.RouteValues[Rest] as string)!.Split('/')[^1];

    /// <summary>The limits of the listener that a request has come to.</summary>
    private TransportServices ListenerOf(HttpContext context) => context.Features.Get<TransportServices>() ?? _entrance.Services;

    /// <summary>What can be asked for.</summary>
    /// <param name="Name">The last part of its path, and its name in logs and metrics.</param>
    /// <param name="Method">By which method.</param>
    private sealed record Operation(string Name, string Method)
    {
        public static readonly Operation Publish = new("publish", HttpMethods.Post);
        public static readonly Operation Call = new("call", HttpMethods.Post);
        public static readonly Operation Events = new("events", HttpMethods.Get);
        public static readonly Operation Poll = new("poll", HttpMethods.Get);
        public static readonly Operation Hook = new("hook", HttpMethods.Post);
        public static readonly Operation Describe = new("openapi", HttpMethods.Get);
        public static readonly Operation Nothing = new("nothing", "");

        /// <summary>Those that a realm has.</summary>
        public static readonly Operation[] OfRealms = [Publish, Call, Events, Poll];
    }
}
