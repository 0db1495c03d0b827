using System.Diagnostics;

namespace WampRouter.Client.Diagnostics;

/// <summary>What kind of work is measured.</summary>
internal enum OperationKind
{
    Publish,
    Process,
    Call,
    Invoke,
}

/// <summary>
/// One publication, event, call or invocation as telemetry sees it. Where nobody listens it is empty and costs nothing. Kept in a variable that is not read-only, begun
/// before the work and ended once.
/// </summary>
internal struct Operation(ClientTelemetry? telemetry, OperationKind kind, string uri, Activity? activity, long started)
{
    private string? _errorType;

    /// <summary>What a receiver is told of the trace.</summary>
    public readonly TraceContext Context => activity is null ? default : new TraceContext(activity.Id, activity.TraceStateString);

    /// <summary>Takes note of a failure. Returns false, so that it can stand in a filter and leave the exception alone.</summary>
    public bool Fail(Exception failure)
    {
        if (telemetry is not null)
        {
            _errorType = failure is WampException { ErrorUri: var uri } ? uri : failure.GetType().FullName;
            activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
            activity?.SetTag("error.type", _errorType);
        }

        return false;
    }

    public readonly void End()
    {
        telemetry?.Record(kind, uri, started, _errorType);
        activity?.Dispose();
    }
}
