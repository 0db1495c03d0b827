using System.Net;
using System.Net.Sockets;
using WampRouter.Transports.Admission;

namespace WampRouter.Tests.Transports.Admission;

/// <summary>Who is believed when it says for whom it has come.</summary>
public sealed class TrustedProxiesTests
{
    [TestCase("10.0.0.5", "10.0.0.5", true)]
    [TestCase("10.0.0.5", "10.0.0.6", false)]
    [TestCase("10.0.0.0/8", "10.255.255.255", true)]
    [TestCase("10.0.0.0/8", "11.0.0.0", false)]
    [TestCase("192.168.16.0/20", "192.168.31.255", true)]
    [TestCase("192.168.16.0/20", "192.168.32.0", false)]
    [TestCase("2001:db8::/33", "2001:db8:7fff::1", true)]
    [TestCase("2001:db8::/33", "2001:db8:8000::1", false)]
    [TestCase("10.0.0.5", "::ffff:10.0.0.5", true, Description = "as a socket for both families has it")]
    [TestCase("0.0.0.0/0", "192.0.2.7", true)]
    [TestCase("0.0.0.0/0", "2001:db8::1", false)]
    [TestCase("unix", "127.0.0.1", false)]
    public void Contains_Address_AsItsBlocksSay(string entry, string address, bool isTrusted) =>
        Assert.That(new TrustedProxies([entry]).Contains(new IPEndPoint(IPAddress.Parse(address), 4711)), Is.EqualTo(isTrusted));

    [TestCase("127.0.0.1", true)]
    [TestCase("127.8.9.10", true)]
    [TestCase("::1", true)]
    [TestCase("::ffff:127.0.0.1", true)]
    [TestCase("10.0.0.1", false)]
    [TestCase("fe80::1", false)]
    public void Contains_NothingIsSet_IsThisMachine(string address, bool isTrusted)
    {
        var trusted = new TrustedProxies([]);

        Assert.That(trusted.Contains(IPAddress.Parse(address)), Is.EqualTo(isTrusted));
        Assert.That((trusted.IsDefault, trusted.IsEverybody, trusted.ToString()), Is.EqualTo((true, false, "those of this machine")));
    }

    [Test]
    public void Contains_UnixSocket_WhereTheWordSaysSoOrNothingIsSet()
    {
        var socket = new UnixDomainSocketEndPoint("/tmp/a");

        Assert.That((new TrustedProxies([]).Contains(socket), new TrustedProxies(["Unix"]).Contains(socket), new TrustedProxies(["127.0.0.1"]).Contains(socket)), Is.EqualTo((true, true, false)));
        Assert.That(new TrustedProxies(["unix"]).Contains((EndPoint?)null), Is.False, "of whom it is not known where he is");
    }

    [TestCase("0.0.0.0/0", true)]
    [TestCase("::/0", true)]
    [TestCase("0.0.0.0/1", false)]
    public void IsEverybody_BlockWithoutAPrefix(string entry, bool expected) => Assert.That(new TrustedProxies(["10.0.0.1", entry]).IsEverybody, Is.EqualTo(expected));

    [TestCase("10.0.0.5", null)]
    [TestCase("2001:db8::5", null)]
    [TestCase("10.0.0.0/8", null)]
    [TestCase("unix", null)]
    [TestCase("10.0.0.5/8", "has bits after the first 8: write '10.0.0.0/8', or '10.0.0.5' for the one address")]
    [TestCase("2001:db8::5/32", "has bits after the first 32: write '2001:db8::/32', or '2001:db8::5' for the one address")]
    [TestCase("::ffff:10.0.0.0/104", "is IPv4 mapped into IPv6: write '10.0.0.0/8'")]
    [TestCase("::ffff:10.0.0.5", "is IPv4 mapped into IPv6: write '10.0.0.5/32'")]
    [TestCase("10", "must be an address")]
    [TestCase("010.0.0.1", "must be an address")]
    [TestCase("10.0.0.0/33", "must be an address")]
    [TestCase("10.0.0.0/-1", "must be an address")]
    [TestCase("10.0.0.0/", "must be an address")]
    [TestCase("fe80::1%1", "must be an address")]
    [TestCase("[::1]", "must be an address")]
    [TestCase("proxy.example", "must be an address ('10.0.0.5', '2001:db8::5'), a block ('10.0.0.0/8', '2001:db8::/32') or 'unix'")]
    [TestCase("", "must be an address")]
    public void FindMistake_Entry_SaysWhatToWrite(string entry, string? mistake) => Assert.That(TrustedProxies.FindMistake(entry), mistake is null ? Is.Null : Does.StartWith(mistake));
}
