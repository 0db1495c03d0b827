using System.Reflection;
using Microsoft.Extensions.Logging;
using WampRouter.Http;
using WampRouter.Http.Webhooks;
using WampRouter.Logging;
using WampRouter.Measures;
using WampRouter.Realms;
using WampRouter.Realms.Metrics;
using WampRouter.Server;
using WampRouter.Server.Listeners;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Resumption;
using WampRouter.Sqlite;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.Listening;
using WampRouter.Transports.LongPoll;
using WampRouter.Transports.Memory;
using WampRouter.Transports.ProxyProtocol;
using WampRouter.Transports.RawSocket;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests;

/// <summary>The lines of the router's log, and the categories under which they are written: most layers have one for all of their classes. Any thread.</summary>
internal static class LogCategories
{
    private static readonly Type[] OfTransports = [typeof(WebSocketTransport), typeof(RawSocketTransport), typeof(WampMemoryTransport), typeof(LongPollEntrance), typeof(HttpEntrance)];

    /// <summary>Classes that write under a category that is not their own name.</summary>
    private static readonly Dictionary<Type, Type[]> Others = new()
    {
        [typeof(EventFlood)] = [],      // that of the lines that it counts
        [typeof(ConnectionLog)] = OfTransports,
        [typeof(Entrance)] = OfTransports,
        [typeof(Greeting)] = [typeof(WebSocketTransport)],
        [typeof(RawSocketEntrance)] = [typeof(RawSocketTransport)],
        [typeof(RawSocketFraming)] = [typeof(RawSocketTransport)],
        [typeof(WebSocketFraming)] = [typeof(WebSocketTransport)],
        [typeof(WebSocketEntrance)] = [typeof(WebSocketTransport)],
        [typeof(SocketListener)] = [typeof(WebSocketTransport)],
        [typeof(ProxyGate)] = [typeof(WebSocketTransport)],
        [typeof(ClientCertificateCheck)] = [typeof(WebSocketTransport)],
        [typeof(LongPollFraming)] = [typeof(LongPollEntrance)],
        [typeof(MemoryFraming)] = [typeof(WampMemoryTransport), typeof(HttpEntrance)],
        [typeof(SessionLog)] = [typeof(Session)],
        [typeof(SessionPeer)] = [typeof(Session)],
        [typeof(ResumptionLog)] = [typeof(Session)],
        [typeof(ApplicationIdentities)] = [typeof(Realm)],
        [typeof(RealmMetrics)] = [typeof(Realm)],
        [typeof(WampRouter.Hosting.InProcess.RealmSession)] = [typeof(IWampRealm)],
        [typeof(WriteTrouble)] = [typeof(SqliteHistories)],
        [typeof(SqliteQueueStore)] = [typeof(SqliteDeliveryQueues)],
        [typeof(WebhookLog)] = [typeof(RouterWebhooks)],
    };

    private static readonly ILookup<int, string> ById = Messages().SelectMany(message => message.Categories, static (message, category) => (message.Attribute.EventId, category)).ToLookup(
        pair => pair.EventId,
        pair => pair.category.FullName!);

    /// <summary>All messages of the router, and their categories; none: that of the line that it concerns.</summary>
    public static IEnumerable<(LoggerMessageAttribute Attribute, MethodInfo Method, Type[] Categories)> Messages() =>
        from assembly in (Assembly[])[typeof(RouterMeter).Assembly, typeof(StandAloneRouter).Assembly, typeof(SqliteHistories).Assembly]
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        let owner = type.DeclaringType ?? type
        select (attribute, method, Others.GetValueOrDefault(owner) ?? [owner]);

    /// <summary>Whether docs/logs.md says that the line is written under the category; what is no line of the router may be anywhere.</summary>
    public static bool Has(string category, EventId id) => !ById.Contains(id.Id) || ById[id.Id].Contains(category);
}
