using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets.Batched;

internal sealed class InboundBatchesTests
{
    [TestCase(1024, 128 * 1024)]
    [TestCase(1024 * 1024, 2 * 1024 * 1024)]
    [TestCase(16 * 1024 * 1024, 32 * 1024 * 1024)]
    public void MaxBatchBytes_OfALimit_HoldsAMessageOfAnySizeAndOthers(int maxMessageBytes, int expected) =>
        Assert.That(InboundBatches.MaxBatchBytes(maxMessageBytes), Is.EqualTo(expected));
}
