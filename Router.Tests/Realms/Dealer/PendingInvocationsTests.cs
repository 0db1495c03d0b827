using WampRouter.Realms.Dealer;
using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/basic/building_blocks.md "IDs": INVOCATION.Request of one callee.</summary>
public sealed class PendingInvocationsTests
{
    [TestCase(0UL, new[] { 1UL, 2UL, 3UL })]
    [TestCase(WampId.Max - 2, new[] { WampId.Max - 1, WampId.Max, 1UL, 2UL })]
    [Shows("id.session-router", "id.wrap")]
    public void Begin_OneAfterTheOther_CountsUpAndGoesOnWithOneAfterTheLast(ulong given, ulong[] ids)
    {
        var invocations = new PendingInvocations(given);
        foreach (var id in ids)
        {
            Assert.That(invocations.PrepareId(), Is.EqualTo(id));
            invocations.Begin(default);
        }

        Assert.That(invocations.Count, Is.EqualTo(ids.Length));
        Assert.That(ids, Is.All.Matches<ulong>(id => invocations.TryEnd(id, out _)));
        Assert.That(invocations.Count, Is.Zero);
    }
}
