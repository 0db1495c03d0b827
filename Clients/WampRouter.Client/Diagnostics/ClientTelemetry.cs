using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WampRouter.Client.Diagnostics;

/// <summary>
/// The traces and measures of a client, named by OpenTelemetry's conventions for messaging and RPC. Nothing is made and no clock is read where nobody listens. Any thread.
/// </summary>
internal sealed class ClientTelemetry
{
    public const string Name = "WampRouter.Client";

    private static readonly string? Version = typeof(ClientTelemetry).Assembly.GetName().Version?.ToString(3);
    private static readonly ActivitySource Source = new(Name, Version);
    private static readonly Meter Meter = new(Name, Version);
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    private static readonly Counter<long> SentMessages = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Events that were published.");
    private static readonly Counter<long> ConsumedMessages = Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Events that were given to handlers and feeds.");
    private static readonly Histogram<double> OperationDuration = Meter.CreateHistogram("messaging.client.operation.duration", "s", "How long publishing took.", null, Seconds);
    private static readonly Histogram<double> ProcessDuration = Meter.CreateHistogram("messaging.process.duration", "s", "How long handlers took for an event.", null, Seconds);
    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram("rpc.client.duration", "s", "How long calls took.", null, Seconds);
    private static readonly Histogram<double> InvocationDuration = Meter.CreateHistogram("rpc.server.duration", "s", "How long procedures took to answer.", null, Seconds);

    private readonly TimeProvider _time;
    private readonly string? _host;
    private readonly int _port;

    public ClientTelemetry(WampClientOptions options)
    {
        _time = options.TimeProvider;
        var uri = options.Transport switch { WampWebSocketTransport webSocket => webSocket.Uri, WampRawSocketTransport rawSocket => rawSocket.Uri, _ => null };
        (_host, _port) = uri is null ? (null, 0) : uri.Scheme == "unix" ? (uri.AbsolutePath, 0) : (uri.Host, uri.Port);
    }

    /// <summary>An event is published.</summary>
    public Operation BeginPublish(string topic) =>
        Begin(OperationKind.Publish, topic, ActivityKind.Producer, SentMessages.Enabled || OperationDuration.Enabled, null);

    /// <summary>A handler gets an event.</summary>
    public Operation BeginProcess(WampEvent message) =>
        Begin(OperationKind.Process, message.Topic, ActivityKind.Consumer, ConsumedMessages.Enabled || ProcessDuration.Enabled, message.Details);

    /// <summary>A procedure is called.</summary>
    public Operation BeginCall(string procedure) => Begin(OperationKind.Call, procedure, ActivityKind.Client, CallDuration.Enabled, null);

    /// <summary>A call is served.</summary>
    public Operation BeginInvoke(WampInvocation invocation) =>
        Begin(OperationKind.Invoke, invocation.Procedure, ActivityKind.Server, InvocationDuration.Enabled, invocation.Details);

    /// <summary>A feed got an event: when it is read is its reader's affair.</summary>
    public void CountFed()
    {
        if (ConsumedMessages.Enabled)
        {
            ConsumedMessages.Add(1, Tags(OperationKind.Process, null));
        }
    }

    /// <summary>What an operation has come to.</summary>
    public void Record(OperationKind kind, string uri, long started, string? errorType)
    {
        if (started == 0)
        {
            return;
        }

        var tags = Tags(kind, errorType);
        var seconds = _time.GetElapsedTime(started).TotalSeconds;
        switch (kind)
        {
            case OperationKind.Publish:
                SentMessages.Add(1, tags);
                OperationDuration.Record(seconds, tags);
                break;
            case OperationKind.Process:
                ConsumedMessages.Add(1, tags);
                ProcessDuration.Record(seconds, tags);
                break;
            default:
                var (service, method) = Split(uri);
                tags.Add("rpc.service", service);
                tags.Add("rpc.method", method);
                (kind == OperationKind.Call ? CallDuration : InvocationDuration).Record(seconds, tags);
                break;
        }
    }

    private Operation Begin(OperationKind kind, string uri, ActivityKind activityKind, bool isMeasured, WampDetails? received)
    {
        var isTraced = Source.HasListeners();
        if (!isTraced && !isMeasured)
        {
            return default;
        }

        var activity = isTraced ? StartActivity(kind, uri, activityKind, received) : null;
        return new Operation(this, kind, uri, activity, isMeasured ? Math.Max(1, _time.GetTimestamp()) : 0);
    }

    private Activity? StartActivity(OperationKind kind, string uri, ActivityKind activityKind, WampDetails? received)
    {
        var (service, method) = Split(uri);
        var name = kind switch { OperationKind.Publish => $"publish {uri}", OperationKind.Process => $"process {uri}", _ => $"{service}/{method}" };
        var activity = Source.StartActivity(name, activityKind, received is null ? default : TraceContext.Of(received));
        if (activity is not { IsAllDataRequested: true })
        {
            return activity;
        }

        foreach (var (key, value) in Tags(kind, errorType: null))
        {
            activity.SetTag(key, value);
        }

        if (kind is OperationKind.Publish or OperationKind.Process)
        {
            activity.SetTag("messaging.destination.name", uri);
        }
        else
        {
            activity.SetTag("rpc.service", service);
            activity.SetTag("rpc.method", method);
        }

        return activity;
    }

    /// <summary>What traces and measures have in common. Topics are no dimension of a measure: there may be any number.</summary>
    private TagList Tags(OperationKind kind, string? errorType)
    {
        var tags = default(TagList);
        if (kind is OperationKind.Publish or OperationKind.Process)
        {
            tags.Add("messaging.system", "wamp");
            tags.Add("messaging.operation.name", kind == OperationKind.Publish ? "publish" : "process");
            tags.Add("messaging.operation.type", kind == OperationKind.Publish ? "send" : "process");
        }
        else
        {
            tags.Add("rpc.system", "wamp");
        }

        if (_host is not null)
        {
            tags.Add("server.address", _host);
            if (_port > 0)
            {
                tags.Add("server.port", _port);
            }
        }

        if (errorType is not null)
        {
            tags.Add("error.type", errorType);
        }

        return tags;
    }

    /// <summary>The last component of a procedure is the method, and what stands before it the service.</summary>
    private static (string Service, string Method) Split(string procedure)
    {
        var dot = procedure.LastIndexOf('.');
        return dot < 0 ? (string.Empty, procedure) : (procedure[..dot], procedure[(dot + 1)..]);
    }
}
