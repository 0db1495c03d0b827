using WampRouter.Realms;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>Options that the router passes over have their types all the same, and are looked at where the others are read.</summary>
public sealed class OptionTypeTests
{
    [Test]
    public void PublishOrSubscribe_OptionNobodyActsOnOfTheWrongType_IsAViolation(
        [Values("16", "32")] string type,
        [Values("\"forward_for\":7", "\"forward_for\":[7]", "\"transaction_hash\":1", "\"enc_algo\":\"rot13\"")] string option)
    {
        var member = new BrokerMember(new Realm(TestRouter.OpenRealm), "joe", "anonymous");

        var violation = member.Send($"[{type},1,{{{option}}},\"com.topic\"]");

        Assert.That(violation, Does.StartWith(option.Split('"')[1]));
    }

    [Test]
    public void PublishOrSubscribe_OptionNobodyKnows_IsPassedOver([Values("16", "32")] string type)
    {
        var member = new BrokerMember(new Realm(TestRouter.OpenRealm), "joe", "anonymous");

        Assert.That(member.Send($"[{type},1,{{\"unheard_of\":7,\"forward_for\":null}},\"com.topic\"]"), Is.Null);
    }
}
