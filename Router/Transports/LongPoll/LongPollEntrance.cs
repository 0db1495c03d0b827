using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Endpoint;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// Where clients come in that have nothing but HTTP requests (<c>rfc/text/advanced/transport_http_longpoll.md</c>): judges who opens a transport, and knows all that are open. Any thread.
/// </summary>
/// <param name="services">What all connections share.</param>
/// <param name="receivers">Makes their sessions.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class LongPollEntrance(TransportServices services, IReceiverFactory receivers, ILogger<LongPollEntrance> logger)
{
    /// <summary>The name in <see cref="ConnectionDetails.Transport"/>, logs and metrics.</summary>
    public const string Name = "longpoll";

    private readonly ConcurrentDictionary<string, LongPollTransport> _open = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<TransportServices, Entrance> _entrances = [];     // one for each listener with limits of its own

    /// <summary>What all connections share.</summary>
    public TransportServices Services => services;

    /// <summary>Takes from the headers of a request what a trusted proxy says, and nothing of others: before it is judged by them.</summary>
    /// <param name="request">What the client said.</param>
    /// <param name="within">The limits of the listener that it came to.</param>
    /// <param name="remote">Where it comes from.</param>
    public void Settle(VisitorRequest request, TransportServices within, EndPoint? remote) => EntranceOf(within).Settle(request, remote);

    /// <summary>Opens a transport, if its client may come in.</summary>
    /// <param name="request">What the client said.</param>
    /// <param name="within">The limits of the listener that it came to.</param>
    /// <param name="connectionId">The id that the connection has in logs. That of the transport is not logged: whoever knows it is the client.</param>
    /// <param name="remote">Where it comes from.</param>
    /// <param name="isOfAutobahn">See <see cref="LongPollTransport.StatusOfSuccess"/>.</param>
    /// <param name="transport">What was opened.</param>
    /// <returns>Null where it was opened; otherwise the answer, which is counted and logged.</returns>
    public HandshakeRefusal? Open(VisitorRequest request, TransportServices within, string connectionId, EndPoint? remote, bool isOfAutobahn, out LongPollTransport? transport)
    {
        transport = null;

        // The session may look at it when the connection of this request is gone, and its certificate with it.
        request.ClientCertificate = request.ClientCertificate is { } shown ? X509CertificateLoader.LoadCertificate(shown.RawData) : null;
        var refusal = EntranceOf(within).Admit(request, connectionId, remote, out var guest);
        if (guest is not null)
        {
            transport = new LongPollTransport(within, guest, UnguessableId.Make(), logger) { StatusOfSuccess = isOfAutobahn ? StatusCodes.Status204NoContent : StatusCodes.Status202Accepted };
            _open[transport.Id] = transport;
            _ = RunAsync(transport);
        }

        return refusal;
    }

    /// <summary>Finds a transport; null where there is none of this id.</summary>
    public LongPollTransport? Find(string id) => _open.GetValueOrDefault(id);

    /// <summary>The client of a transport closes it: nobody finds it any more.</summary>
    public void Close(LongPollTransport transport)
    {
        _open.TryRemove(transport.Id, out _);
        transport.Close();
    }

    /// <summary>Counts and logs an answer that says no.</summary>
    /// <param name="refusal">The answer.</param>
    /// <param name="address">Who gets it.</param>
    /// <param name="requestId">The id that the request has in logs.</param>
    /// <param name="transport">What it is about, where it is about a transport.</param>
    public void NoteRefused(HandshakeRefusal refusal, AddressBlock? address, string requestId, LongPollTransport? transport)
    {
        services.Metrics.Refused(Name, refusal.Status);
        Log.Refused(logger, requestId, address, transport?.Info.ConnectionId, refusal.Status, refusal.Text);
    }

    /// <summary>Notes that an answer could not be written.</summary>
    public void NoteUnwritten(LongPollTransport transport) => Log.Unwritten(logger, transport.Info.ConnectionId);

    private async Task RunAsync(LongPollTransport transport)
    {
        await transport.RunAsync(receivers).ConfigureAwait(false);
        _open.TryRemove(transport.Id, out _);
    }

    private Entrance EntranceOf(TransportServices within) => _entrances.GetValue(within, key => new Entrance(key, SubprotocolPolicy.OverRequests, receivers.ReadsCookies, Name, logger));

    private static partial class Log
    {
        [LoggerMessage(1117, LogLevel.Information, "{Request} ({Address}): a long-poll request of transport {ConnectionId} was refused with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, string request, AddressBlock? address, string? connectionId, int status, string reason);

        [LoggerMessage(1116, LogLevel.Debug, "{ConnectionId}: the client went away before an answer with messages could be written; they wait for its next request to receive")]
        public static partial void Unwritten(ILogger logger, string connectionId);
    }
}
