using System.Net;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;

namespace WampRouter.Tests.Transports.Admission;

/// <summary>Counts and rates by themselves, on a clock that only the test moves.</summary>
internal sealed class AdmissionTests
{
    private static readonly AddressBlock Stranger = AddressBlock.Of(IPAddress.Parse("192.0.2.7"));

    private readonly ManualTime _time = new();

    [Test]
    public void TokenBucket_AfterItsBurst_GivesWhatASecondBrings()
    {
        var bucket = new TokenBucket(perSecond: 2, burst: 3, _time.GetTimestamp());
        Assert.That(Enumerable.Range(0, 4).Select(_ => bucket.TryTakeOne(_time.GetTimestamp(), _time)), Is.EqualTo(new[] { true, true, true, false }));

        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.That(new[] { bucket.TryTakeOne(_time.GetTimestamp(), _time), bucket.TryTakeOne(_time.GetTimestamp(), _time) }, Is.EqualTo(new[] { true, false }));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(bucket.IsFull(_time.GetTimestamp(), _time), Is.True);
        Assert.That(bucket.Charge(3, _time.GetTimestamp(), _time), Is.EqualTo(TimeSpan.Zero));
        Assert.That(bucket.Charge(1, _time.GetTimestamp(), _time), Is.EqualTo(TimeSpan.FromSeconds(0.5)), "what is owed");
    }

    [Test]
    public void EntryLimits_NothingSet_ComeFromTheOpenFiles()
    {
        var limits = EntryLimits.Of(new TransportOptions(), openFiles: 20_000);

        Assert.That((limits.Connections, limits.Handshakes, limits.ConnectionsOfAddress), Is.EqualTo((18_690, 1_246, 4_672)));
        Assert.That(limits.Connections + limits.Handshakes, Is.LessThan(20_000));
        Assert.That((limits.LimitsConnections(Stranger), limits.LimitsConnections(AddressBlock.Of(IPAddress.IPv6Loopback)), limits.LimitsJoins(AddressBlock.Of(IPAddress.Parse("127.1.2.3")))), Is.EqualTo((true, false, false)));
        Assert.That(EntryLimits.Of(new TransportOptions(), openFiles: 64).Connections, Is.Positive);
    }

    [TestCase("Max open files            1024                 1048576              files     ", 1024)]
    [TestCase("Max open files            unlimited            unlimited            files     ", null)]
    [TestCase("Max processes             1024                 1048576              processes ", null)]
    public void OpenFiles_AsTheSystemWritesIt_IsTheSoftLimit(string line, int? expected) => Assert.That(OpenFiles.Find(["Limit   Soft", line]), Is.EqualTo(expected));

    [TestCase("192.0.2.7", null, "192.0.2.7")]
    [TestCase("192.0.2.1, 192.0.2.7:4711", null, "192.0.2.7")]
    [TestCase("[2001:db8::7]:4711", "for=192.0.2.1", "2001:db8::7")]
    [TestCase(null, "for=192.0.2.1, for=\"[2001:db8::7]:4711\";proto=https", "2001:db8::7")]
    [TestCase(null, "proto=https;For=192.0.2.7", "192.0.2.7")]
    [TestCase("192.0.2.7, unknown", null, null)]
    [TestCase(null, "for=_hidden", null)]
    [TestCase(null, null, null)]
    public void ForwardedClient_LastEntry_IsTheClient(string? forwardedFor, string? forwarded, string? expected) =>
        Assert.That(ForwardedClient.Find(forwardedFor, forwarded)?.ToString(), Is.EqualTo(expected));

    [Test]
    public void AddressTable_AddressesThatAreGone_AreForgottenWhenTheirBucketsAreFull()
    {
        var table = new AddressTable(EntryLimits.Of(new TransportOptions { MaxConnectionsPerAddress = 1 }, openFiles: null), new PaceLimits(new TransportOptions()), _time);
        Assert.That((table.TryEnter(Stranger, isJoin: true), table.TryEnter(Stranger, isJoin: true)), Is.EqualTo((Room.Granted, Room.FullForAddress)));
        table.Sweep(_time.GetTimestamp());
        Assert.That(table.Count, Is.EqualTo(1), "its connection is open");

        table.Leave(Stranger);
        table.Sweep(_time.GetTimestamp());
        Assert.That(table.Count, Is.EqualTo(1), "its join is remembered");
        _time.Advance(TimeSpan.FromSeconds(1));
        table.Sweep(_time.GetTimestamp());

        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void AddressTable_VeryManyAddresses_IsBounded()
    {
        var table = new AddressTable(EntryLimits.Of(new TransportOptions(), openFiles: null), new PaceLimits(new TransportOptions()), _time);
        for (uint i = 1; i <= 200_000; i++)
        {
            var address = AddressBlock.Of(new IPAddress(BitConverter.GetBytes(i)));
            Assert.That(table.TryEnter(address, isJoin: true), Is.EqualTo(Room.Granted));
            table.Leave(address);
        }

        Assert.That(table.Count, Is.LessThanOrEqualTo(65_537));
    }

    [Test]
    public void Handshakes_OfOneAddress_HaveAQuarter()
    {
        var limits = EntryLimits.Of(new TransportOptions { MaxHandshakes = 8 }, openFiles: null);
        var handshakes = new Handshakes(limits, new AddressTable(limits, new PaceLimits(new TransportOptions()), _time));
        Assert.That(handshakes.TryBegin(Stranger, out var slot), Is.EqualTo(Room.Granted));
        Assert.That(handshakes.TryBegin(Stranger, out _), Is.EqualTo(Room.Granted));
        Assert.That((handshakes.TryBegin(Stranger, out _), handshakes.Count), Is.EqualTo((Room.TooManyHandshakesOfAddress, 2)));

        slot!.Dispose();
        slot.Dispose();

        Assert.That((handshakes.Count, handshakes.TryBegin(Stranger, out _)), Is.EqualTo((1, Room.Granted)));
    }
}
