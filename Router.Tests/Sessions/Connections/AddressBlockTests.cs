using System.Net;
using WampRouter.Sessions.Connections;

namespace WampRouter.Tests.Sessions.Connections;

internal sealed class AddressBlockTests
{
    [TestCase("192.0.2.7", "192.0.2.7", true)]
    [TestCase("192.0.2.7", "192.0.2.8", false)]
    [TestCase("192.0.2.7", "::ffff:192.0.2.7", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("0.0.0.0", "::", false)]
    public void Of_TwoAddresses_CountAsOneOrNot(string one, string other, bool together) =>
        Assert.That(AddressBlock.Of(IPAddress.Parse(one)) == AddressBlock.Of(IPAddress.Parse(other)), Is.EqualTo(together));

    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void ToString_Block_IsWrittenAsOperatorsDo(string address, string expected) =>
        Assert.That(AddressBlock.Of(IPAddress.Parse(address)).ToString(), Is.EqualTo(expected));

    [TestCase("192.0.2.7", "192.0.2.200", true)]
    [TestCase("192.0.2.7", "192.0.3.7", false)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:ffff::1", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:2:2::1", false)]
    [TestCase("0.0.0.1", "::1", false)]
    public void Network_OfTwoAddresses_IsOneOrNot(string one, string other, bool together) =>
        Assert.That(AddressBlock.Of(IPAddress.Parse(one)).Network == AddressBlock.Of(IPAddress.Parse(other)).Network, Is.EqualTo(together));
}
