using System.Diagnostics;
using System.Numerics;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Workloads;

/// <summary>
/// What the publisher and the subscribers of one measurement share. The publisher runs ahead of the slowest subscriber by at most
/// a window of publications, so the server is neither overrun nor left idle. Used by the event loop's thread only.
/// </summary>
internal sealed class FanOut
{
    private readonly int _subscribers;
    private readonly int _window;
    private readonly Publication[] _publications;

    private uint _published;
    private uint _delivered;

    public FanOut(int subscribers, int window)
    {
        (_subscribers, _window) = (subscribers, window);
        _publications = new Publication[BitOperations.RoundUpToPowerOf2((uint)window)];
    }

    /// <summary>From enqueueing a publication to reading its event, one entry for each event.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Subscribers whose subscription is in place.</summary>
    public int ReadySubscribers { get; set; }

    /// <summary>True when the publisher shall publish no more.</summary>
    public bool IsStopping { get; set; }

    /// <summary>True when everything published reached everybody.</summary>
    public bool IsDrained => _published == _delivered;

    /// <summary>True when one more publication fits the window.</summary>
    public bool HasRoom => !IsStopping && _published - _delivered < _window;

    /// <summary>Notes a publication and returns its number, from 0 on.</summary>
    public uint Publish()
    {
        var number = _published++;
        _publications[number & (_publications.Length - 1)] =
            new Publication { SentAt = Stopwatch.GetTimestamp(), AwaitedEvents = _subscribers };
        return number;
    }

    /// <summary>Notes an event; true when it was the last one of its publication.</summary>
    public bool Receive(uint number, long now)
    {
        ref var publication = ref _publications[number & (_publications.Length - 1)];
        Latency.Record(now - publication.SentAt);
        if (--publication.AwaitedEvents > 0)
        {
            return false;
        }

        _delivered++;
        return true;
    }

    private struct Publication
    {
        public long SentAt;
        public int AwaitedEvents;
    }
}
