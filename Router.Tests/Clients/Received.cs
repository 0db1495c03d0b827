using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The events a handler got.</summary>
internal sealed class Received
{
    private readonly Lock _lock = new();
    private readonly List<long> _publications = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private int _awaited;

    public int Count => Publications.Count;

    public IReadOnlyList<long> Publications
    {
        get
        {
            lock (_lock)
            {
                return [.. _publications];
            }
        }
    }

    public void Add(WampEvent message)
    {
        lock (_lock)
        {
            _publications.Add(message.PublicationId);
        }

        _arrived.Release();
    }

    /// <summary>Waits until so many have come in all.</summary>
    public async Task ReachAsync(int count)
    {
        for (; _awaited < count; _awaited++)
        {
            await _arrived.WaitAsync().Soon();
        }
    }
}
