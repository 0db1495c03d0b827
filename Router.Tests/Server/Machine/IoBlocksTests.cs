using System.Runtime.InteropServices;
using WampRouter.Server.Machine;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Machine;

/// <summary>The blocks of connections: lent to one at a time, kept while there is work, given up afterwards.</summary>
public sealed class IoBlocksTests
{
    private readonly IoBlocks _blocks = new();

    [Test]
    public void Rent_BlockWasGivenBack_IsLentAgainAndNothingAllocated()
    {
        using var pool = _blocks.Create();
        pool.Rent().Dispose();

        Assert.That(AllocatedBytes.LeastOf(() => pool.Rent(4096).Dispose()), Is.Zero);
    }

    [Test]
    public void Dispose_Twice_LendsTheBlockToOneOnly()
    {
        using var pool = _blocks.Create();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        var (first, second) = (pool.Rent(), pool.Rent());

        Assert.That(Bytes(first), Is.Not.SameAs(Bytes(second)));
    }

    [Test]
    public void Trim_IdleBlocks_AreGivenUp()
    {
        using var pool = _blocks.Create();
        var block = pool.Rent();
        var bytes = Bytes(block);
        block.Dispose();

        _blocks.Trim();

        Assert.That(Bytes(pool.Rent()), Is.Not.SameAs(bytes));
    }

    [Test]
    public void Rent_MoreThanABlock_IsRefused()
    {
        using var pool = _blocks.Create();

        Assert.That(() => pool.Rent(pool.MaxBufferSize + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Rent_AWholeBlock_IsGiven()
    {
        using var pool = _blocks.Create();

        using var block = pool.Rent(pool.MaxBufferSize);

        Assert.That(block.Memory.Length, Is.EqualTo(pool.MaxBufferSize).And.EqualTo(4096));
    }

    [Test]
    public void Dispose_LentAgain_CanBeGivenBackAgain()
    {
        using var pool = _blocks.Create();
        pool.Rent().Dispose();
        var again = pool.Rent();
        var bytes = Bytes(again);
        again.Dispose();

        Assert.That(Bytes(pool.Rent()), Is.SameAs(bytes));
    }

    [Test]
    public void Trim_SeveralPools_ReachesEach()
    {
        using var first = _blocks.Create();
        using var second = _blocks.Create();
        var kept = new[] { first, second }.Select(pool =>
        {
            var block = pool.Rent();
            block.Dispose();
            return Bytes(block);
        }).ToArray();

        _blocks.Trim();

        Assert.That(Bytes(first.Rent()), Is.Not.SameAs(kept[0]));
        Assert.That(Bytes(second.Rent()), Is.Not.SameAs(kept[1]));
    }

    [Test]
    public void DisposeOfThePool_IdleBlocks_AreGivenUp()
    {
        var pool = _blocks.Create();
        var block = pool.Rent();
        block.Dispose();

        pool.Dispose();

        Assert.That(Bytes(pool.Rent()), Is.Not.SameAs(Bytes(block)));
    }

    private static byte[] Bytes(System.Buffers.IMemoryOwner<byte> block) => MemoryMarshal.TryGetArray<byte>(block.Memory, out var bytes) ? bytes.Array! : throw new AssertionException("no array");
}
