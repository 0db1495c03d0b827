using System.Threading.Channels;
using WampRouter.Client.Diagnostics;

namespace WampRouter.Client.PubSub;

/// <summary>Keeps events for whoever enumerates the feed.</summary>
internal sealed class FeedSink : EventSink
{
    private readonly Channel<WampEvent> _events;

    private readonly ClientTelemetry _telemetry;

    public FeedSink(string topic, WampSubscribeOptions options, ClientTelemetry telemetry)
        : base(topic, options)
    {
        _telemetry = telemetry;
        var full = options.Overflow switch
        {
            WampOverflowPolicy.DropOldest => BoundedChannelFullMode.DropOldest,
            WampOverflowPolicy.DropNewest => BoundedChannelFullMode.DropWrite,
            _ => BoundedChannelFullMode.Wait,
        };
        _events = Channel.CreateBounded<WampEvent>(
            new BoundedChannelOptions(options.BufferSize) { FullMode = full, SingleWriter = false, SingleReader = true },
            _ => CountDrop());
    }

    public ChannelReader<WampEvent> Events => _events.Reader;

    public override void Offer(WampEvent message)
    {
        if (_events.Reader.Count == 0)
        {
            ClearOverflow();
        }

        _telemetry.CountFed();

        if (!_events.Writer.TryWrite(message) && !_events.Reader.Completion.IsCompleted && Options.Overflow == WampOverflowPolicy.Fail)
        {
            CountDrop();
        }
    }

    public override void Complete(Exception? cause) => _events.Writer.TryComplete(cause);
}
