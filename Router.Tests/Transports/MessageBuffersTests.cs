using WampRouter.Transports;

namespace WampRouter.Tests.Transports;

/// <summary>Large buffers are kept for the next message, and not without end.</summary>
internal sealed class MessageBuffersTests
{
    [TestCase(1, 16)]
    [TestCase(65_536, 65_536)]
    [TestCase(65_537, 131_072)]
    [TestCase(131_072, 131_072)]
    [TestCase(1_000_000, 1_048_576)]
    public void Rent_SoManyBytes_HasRoomForThem(int atLeast, int expected)
    {
        var buffer = MessageBuffers.Rent(atLeast);

        Assert.That(buffer, Has.Length.EqualTo(expected));
        MessageBuffers.Return(buffer);
    }

    [Test]
    public void Return_MoreThanIsKept_IsLeftToTheCollector()
    {
        const int Size = 1024 * 1024;
        var all = Enumerable.Range(0, 30).Select(_ => MessageBuffers.Rent(Size)).ToArray();

        foreach (var buffer in all)
        {
            MessageBuffers.Return(buffer);
        }

        Assert.That(MessageBuffers.KeptBytes, Is.InRange(MessageBuffers.MostKeptBytes - Size + 1, MessageBuffers.MostKeptBytes));
        Assert.That(all, Has.Some.SameAs(MessageBuffers.Rent(Size)), "one of those that were given back");
    }
}
