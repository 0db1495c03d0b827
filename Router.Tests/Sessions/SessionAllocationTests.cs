using System.Text;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions;

/// <summary>From Receive to Flush, through whole sessions: a routed message allocates nothing, and where it is kept for a resumption far less than a byte.</summary>
public sealed class SessionAllocationTests
{
    private const int WarmUp = 15_000;      // what is kept has been replaced twice
    private const int Rounds = 5_000;

    [TestCase("{}")]
    [TestCase("""{"resumable":true}""")]
    public void Publish_SteadyState_AllocatesNothing(string details)
    {
        using var router = new TestRouter();
        var publisher = router.Join();
        var subscriber = router.Connect().Send(ResumableClient.Hello(details)).Send("""[32,1,{},"com.topic"]""");
        var publications = Enumerable.Range(1, WarmUp + Rounds).Select(i => Encoding.UTF8.GetBytes($$"""[16,{{i}},{},"com.topic",["some payload"]]""")).ToArray();
        Send(0, WarmUp);

        var allocated = AllocatedBytes.LeastOf(() => Send(WarmUp, Rounds));

        Assert.That(allocated / Rounds, Is.Zero, "bytes for a message");

        void Send(int first, int count)
        {
            for (var i = first; i < first + count; i++)
            {
                publisher.Send(publications[i].AsSpan());
                subscriber.Discard();
            }
        }
    }
}
