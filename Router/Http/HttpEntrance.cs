using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Http.Events;
using WampRouter.Sessions.Connections;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Memory;

namespace WampRouter.Http;

/// <summary>
/// Where those come in who have HTTP and do not speak WAMP: each gets a session, which joins with the credentials of the request and is in everything like that of a client with a socket. Any thread.
/// </summary>
/// <param name="services">What all connections share.</param>
/// <param name="receivers">Makes the router's end of their sessions.</param>
/// <param name="metrics">Counters.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class HttpEntrance(TransportServices services, IReceiverFactory receivers, HttpMetrics metrics, ILogger<HttpEntrance> logger) : IDisposable
{
    /// <summary>The name in <see cref="ConnectionDetails.Transport"/>, logs and metrics.</summary>
    public const string Name = "http";

    private const string Subprotocol = "wamp.2.json";

    private static readonly PipeOptions Pipes = new(useSynchronizationContext: false);

    private readonly ConditionalWeakTable<TransportServices, Entrance> _entrances = [];     // one for each listener with limits of its own
    private readonly SharedSessions _sessions = new(services.Time, () => services.Options.HttpSessionIdle);

    /// <summary>What all connections share.</summary>
    public TransportServices Services => services;

    /// <summary>Counters.</summary>
    public HttpMetrics Metrics => metrics;

    /// <summary>The events of those who poll.</summary>
    public HeldFeeds Feeds { get; } = new(services.Time, () => services.Options.LongPollTimeout, services.Budget);

    /// <summary>By what requests of the same visitor are known, for what outlives one of them.</summary>
    public HttpVisitorKey OwnerOf(HttpVisit visit) => visit.Key(receivers.ReadsCookies) with { Address = null };      // telephones change theirs

    /// <summary>Takes from the headers of a request what a trusted proxy says, and nothing of others: before it is judged by them.</summary>
    public void Settle(HttpVisit visit) => EntranceOf(visit.Within).Settle(visit.Request, visit.Remote);

    /// <summary>A session for one request, which other requests of the same visitor use too.</summary>
    /// <param name="visit">Who sends the request.</param>
    /// <param name="gone">Cancelled when nobody waits any more.</param>
    /// <returns>The session, to be given back; or the answer that says why there is none.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public Task<(SessionLease? Lease, Problem? Problem)> BorrowAsync(HttpVisit visit, CancellationToken gone) =>
        _sessions.BorrowAsync(visit.Key(receivers.ReadsCookies), () => JoinAsync(visit), gone);

    /// <summary>A session of its own for something that lasts.</summary>
    /// <param name="visit">Who sends the request.</param>
    /// <returns>The session, to be disposed of; or the answer that says why there is none.</returns>
    public async Task<(HttpSession? Session, Problem? Problem)> JoinAsync(HttpVisit visit)
    {
        // The session may look at it when the connection of this request is gone, and its certificate with it.
        var request = visit.Request with { Subprotocols = Subprotocol, ClientCertificate = visit.Request.ClientCertificate is { } shown ? X509CertificateLoader.LoadCertificate(shown.RawData) : null };
        if (EntranceOf(visit.Within).Admit(request, visit.Id, visit.Remote, out var guest) is { } refusal)
        {
            return (null, Problem.Of(refusal));
        }

        var (toRouter, toClient) = (new Pipe(Pipes), new Pipe(Pipes));
        new PipeTransport(visit.Within, receivers, logger).Run(new PipePair(toRouter.Reader, toClient.Writer), guest!.Info);
        var (session, refused) = await HttpSession.JoinAsync(new PipePair(toClient.Reader, toRouter.Writer), visit.Realm, visit.Credentials, services.Budget, () => services.Roster.IsShuttingDown).ConfigureAwait(false);
        return (session, refused is null ? null : Problem.OfRefused(refused, visit.Credentials));
    }

    /// <summary>Counts and logs an answer that says no.</summary>
    /// <param name="problem">The answer.</param>
    /// <param name="visit">Who gets it.</param>
    /// <param name="operation">What was asked for.</param>
    public void NoteRefused(Problem problem, HttpVisit visit, string operation)
    {
        // What a realm or a callee says is told to its caller, and nobody else needs to act on it.
        var level = problem.Error is null ? LogLevel.Information : LogLevel.Debug;
        var (address, reason) = (Entrance.AddressOf(visit.Request, visit.Remote), problem.Error ?? problem.Detail);
        Log.Refused(logger, level, visit.Id, address, operation, problem.Status, reason);
    }

    /// <summary>Logs what nobody foresaw.</summary>
    public void NoteFailed(Exception exception, HttpVisit visit, string operation) => Log.Failed(logger, exception, visit.Id, operation);

    /// <summary>Other settings hold: whoever comes logs in anew.</summary>
    public void Forget() => _sessions.Forget();

    /// <summary>Leaves with all sessions that are kept. Streams end with the router.</summary>
    public void Dispose()
    {
        Feeds.Dispose();
        _sessions.Dispose();
    }

    private Entrance EntranceOf(TransportServices within) => _entrances.GetValue(within, key => new Entrance(key, SubprotocolPolicy.OverRequests, receivers.ReadsCookies, Name, logger));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1401, Message = "{Request} ({Address}): the HTTP request to {Operation} was refused with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, LogLevel level, string request, AddressBlock? address, string operation, int status, string reason);

        [LoggerMessage(1402, LogLevel.Error, "{Request}: the HTTP request to {Operation} failed. This is a bug.")]
        public static partial void Failed(ILogger logger, Exception exception, string request, string operation);
    }
}
