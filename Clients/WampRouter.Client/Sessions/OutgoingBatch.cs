using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.Serialization;

namespace WampRouter.Client.Sessions;

/// <summary>Messages one after the other, and where each one ends. Filled under the outbox's lock, sent by whoever drains it.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Lives as long as the session; what a late sender may still hold must not go back to the pool.")]
internal sealed class OutgoingBatch
{
    private readonly PooledBuffer _bytes = new();
    private readonly List<int> _ends = [];

    public int Length => _bytes.Length;

    public void Add(ReadOnlySpan<byte> message) => Add(message, default);

    /// <summary>Adds a message that lies in two places.</summary>
    public void Add(ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> rest)
    {
        Append(beginning);
        Append(rest);
        _ends.Add(_bytes.Length);
    }

    public void Clear()
    {
        _bytes.Clear();
        _ends.Clear();
    }

    /// <summary>Sends all of it and begins anew.</summary>
    public async ValueTask SendAsync(IWampConnection connection)
    {
        var start = 0;
        for (var i = 0; i < _ends.Count; i++)
        {
            await connection.SendAsync(_bytes.Written[start.._ends[i]], i == _ends.Count - 1, CancellationToken.None).ConfigureAwait(false);
            start = _ends[i];
        }

        Clear();
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        part.CopyTo(_bytes.GetSpan(part.Length));
        _bytes.Advance(part.Length);
    }
}
