using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace WampRouter.Server.Machine;

/// <summary>
/// The blocks that connections read into and write from, in the stand-alone router. Kestrel's own are pinned and given up a tenth every ten seconds, so that after a peak the heap is full of holes for
/// minutes; these lie where all objects do, so that the collector can move them together, and <see cref="Trim"/> gives up all that are idle. Any thread.
/// </summary>
internal sealed class IoBlocks : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentBag<Pool> _pools = [];

    /// <inheritdoc />
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new Pool();
        _pools.Add(pool);       // Kestrel asks for a handful of them, at its start
        return pool;
    }

    /// <summary>Gives up what nobody uses at the moment.</summary>
    public void Trim()
    {
        foreach (var pool in _pools)
        {
            pool.Trim();
        }
    }

    private sealed class Pool : MemoryPool<byte>
    {
        private const int BlockBytes = 4096;

        private readonly ConcurrentQueue<Block> _idle = new();

        public override int MaxBufferSize => BlockBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
            return _idle.TryDequeue(out var block) ? block.Lend() : new Block(this);
        }

        public void Trim() => _idle.Clear();

        protected override void Dispose(bool disposing) => Trim();

        private sealed class Block(Pool pool) : IMemoryOwner<byte>
        {
            private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes);
            private bool _isIdle;

            public Memory<byte> Memory => _bytes;

            public Block Lend()
            {
                Volatile.Write(ref _isIdle, false);
                return this;
            }

            public void Dispose()
            {
                if (!Interlocked.Exchange(ref _isIdle, true))       // twice in the queue would be one block for two connections
                {
                    pool._idle.Enqueue(this);
                }
            }
        }
    }
}
