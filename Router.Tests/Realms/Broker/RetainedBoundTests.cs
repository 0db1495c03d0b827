using System.Globalization;
using WampRouter.Realms;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>However many events are retained for single receivers, a topic keeps the newest few of them.</summary>
public sealed class RetainedBoundTests
{
    private const int Kept = 16;

    [Test]
    public void Publish_EachForAnotherReceiverAndNoneForAll_KeepsTheNewest([Values(1, Kept, Kept + 1, 3 * Kept)] int count)
    {
        var realm = new Realm(TestRouter.OpenRealm);
        var publisher = new BrokerMember(realm);
        var receivers = Enumerable.Range(0, count).Select(i => new BrokerMember(realm, $"receiver{i.ToString(CultureInfo.InvariantCulture)}")).ToList();

        foreach (var receiver in receivers)
        {
            publisher.Publish("com.topic", receiver.Member.Identity.AuthId, $$"""{"retain":true,"eligible_authid":["{{receiver.Member.Identity.AuthId}}"]}""");
        }

        Assert.That(realm.Broker.RetainedEvents, Is.EqualTo(Math.Min(count, Kept)));
        foreach (var (i, receiver) in receivers.Index())
        {
            receiver.Subscribe("com.topic", """{"get_retained":true}""");
            Assert.That(receiver.Texts, i < count - Kept ? Is.Empty : Is.EqualTo(new[] { receiver.Member.Identity.AuthId }));
        }
    }
}
