using WampRouter.Client.Diagnostics;

namespace WampRouter.Client.PubSub;

/// <summary>Hands events to a handler, one after the other, away from the read loop.</summary>
internal sealed class HandlerSink : EventSink
{
    private readonly BoundedPump<WampEvent> _pump;
    private readonly Func<WampEvent, Task> _handler;
    private readonly Action<string, Exception> _handlerFailed;
    private readonly ClientTelemetry _telemetry;

    public HandlerSink(string topic, WampSubscribeOptions options, Func<WampEvent, Task> handler, Action<string, Exception> handlerFailed, ClientTelemetry telemetry)
        : base(topic, options)
    {
        (_handler, _handlerFailed, _telemetry) = (handler, handlerFailed, telemetry);
        _pump = new BoundedPump<WampEvent>(concurrency: 1, options.BufferSize, HandleAsync);
    }

    public override void Offer(WampEvent message)
    {
        switch (_pump.Post(message, displaceOldest: Options.Overflow == WampOverflowPolicy.DropOldest))
        {
            case PumpOutcome.Started or PumpOutcome.QueuedAlone:
                ClearOverflow();
                break;
            case PumpOutcome.Displaced or PumpOutcome.Refused:
                CountDrop();
                break;
        }
    }

    public override void Complete(Exception? cause) => _pump.Stop();

    private async Task HandleAsync(WampEvent message)
    {
        var operation = _telemetry.BeginProcess(message);
        try
        {
            await _handler(message).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // User code may throw anything; it ends with the event it was thrown for.
            operation.Fail(e);
            _handlerFailed(Topic, e);
        }
        finally
        {
            operation.End();
        }
    }
}
