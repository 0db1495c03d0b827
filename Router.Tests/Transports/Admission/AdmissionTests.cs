using System.Net;
using WampRouter.Realms.Authorization;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;

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

    [TestCase(null, 621, 9_315)]
    [TestCase(1_000_000, 4_096, 995_840)]
    [TestCase(65, 1, 1)]
    [TestCase(1, 1, 1)]
    public void EntryLimits_OpenFiles_AHandshakeForEachSixteenOfThem(int? files, int handshakes, int connections)
    {
        var limits = EntryLimits.Of(new TransportOptions(), files);

        Assert.That((limits.Handshakes, limits.Connections), Is.EqualTo((handshakes, connections)));
    }

    [TestCase(1, 1)]
    [TestCase(7, 1)]
    [TestCase(8, 2)]
    public void EntryLimits_HandshakesOfAnAddress_AreAQuarterAndNeverNone(int all, int ofAddress) =>
        Assert.That(EntryLimits.Of(new TransportOptions { MaxHandshakes = all }, openFiles: null).HandshakesOfAddress, Is.EqualTo(ofAddress));

    [Test]
    public void EntryLimits_AddressesAreLimitedByASetting_ThisMachineIsToo()
    {
        var loopback = AddressBlock.Of(IPAddress.Loopback);
        var limits = EntryLimits.Of(new TransportOptions { MaxConnectionsPerAddress = 5, JoinsPerSecondPerAddress = 6, JoinsPerSecond = 7, MaxConnections = 8 }, openFiles: null);

        Assert.That((limits.LimitsConnections(loopback), limits.LimitsJoins(loopback), limits.LimitsJoins(Stranger)), Is.EqualTo((true, true, true)));
        Assert.That((limits.ConnectionsOfAddress, limits.JoinsOfAnAddressPerSecond, limits.Joins, limits.Connections), Is.EqualTo((5, 6, 7, 8)));
        Assert.That(EntryLimits.Of(new TransportOptions(), openFiles: null).JoinsOfAnAddressPerSecond, Is.EqualTo(100));
    }

    [Test]
    public void EntryLimits_OfAListenerThatSaysNothing_LimitNobody()
    {
        var limits = EntryLimits.Of(new ListenerLimits(), "WampRouter:Listeners:0");

        Assert.That((limits.Connections, limits.ConnectionsOfAddress, limits.Handshakes, limits.Joins), Is.EqualTo((int.MaxValue, int.MaxValue, int.MaxValue, (int?)null)));
        Assert.That((limits.LimitsConnections(AddressBlock.Of(IPAddress.Loopback)), limits.LimitsJoins(AddressBlock.Of(IPAddress.Loopback))), Is.EqualTo((false, false)));
    }

    [Test]
    public void TokenBucket_ClockThatGoesBack_GivesAndTakesNothing()
    {
        var later = _time.GetTimestamp() + TimeSpan.TicksPerHour;
        var bucket = new TokenBucket(perSecond: 1, burst: 1, later);

        Assert.That((bucket.TryTakeOne(_time.GetTimestamp(), _time), bucket.TryTakeOne(_time.GetTimestamp(), _time), bucket.IsFull(later, _time)), Is.EqualTo((true, false, false)));
    }

    [Test]
    public void RateBuckets_MessagesAndBytes_TheLongerWaitCounts()
    {
        var buckets = new RateBuckets(new TrafficRates(Messages: 10, Bytes: 1_000), TimeSpan.FromSeconds(2), _time.GetTimestamp());
        Assert.That(buckets.Charge(20, 2_000, _time.GetTimestamp(), _time), Is.EqualTo(TimeSpan.Zero), "two seconds' worth at once");
        Assert.That(buckets.AreFull(_time.GetTimestamp(), _time), Is.False);

        Assert.That(buckets.Charge(10, 3_000, _time.GetTimestamp(), _time), Is.EqualTo(TimeSpan.FromSeconds(3)), "of bytes three are owed, of messages one");
        Assert.That(buckets.Charge(40, 0, _time.GetTimestamp(), _time), Is.EqualTo(TimeSpan.FromSeconds(5)), "now of messages five");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(buckets.AreFull(_time.GetTimestamp(), _time), Is.False, "the messages are not");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(buckets.AreFull(_time.GetTimestamp(), _time), Is.True);
    }

    [TestCase(null, 1_000L)]
    [TestCase(10, null)]
    public void RateBuckets_OneOfTheTwo_LimitsThatAlone(int? messages, long? bytes)
    {
        var buckets = new RateBuckets(new TrafficRates(messages, bytes), TimeSpan.FromSeconds(1), _time.GetTimestamp());

        Assert.That(buckets.Charge(20, 0, _time.GetTimestamp(), _time), Is.EqualTo(messages is null ? TimeSpan.Zero : TimeSpan.FromSeconds(1)));
        Assert.That(buckets.Charge(0, 2_000, _time.GetTimestamp(), _time), Is.EqualTo(TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(buckets.AreFull(_time.GetTimestamp(), _time), Is.True);
    }

    [Test]
    public void Places_TooManyJoinInASecond_TakesNoPlace()
    {
        var options = new TransportOptions { JoinsPerSecond = 1, MaxConnectionsPerAddress = 11 };
        var bounds = BoundsOf(options);
        var places = new Places(bounds, new AddressTable(bounds, _time), _time);
        Assert.That(Enumerable.Range(0, 10).Select(_ => places.TryTake(Stranger, isJoin: true)), Is.All.EqualTo(Room.Granted), "the burst");

        Assert.That(Enumerable.Range(0, 3).Select(_ => places.TryTake(Stranger, isJoin: true)), Is.All.EqualTo(Room.TooFast));

        Assert.That((places.Taken, places.TryTake(Stranger, isJoin: false)), Is.EqualTo((10, Room.Granted)), "neither in all nor of the address");
    }

    [Test]
    public void AddressTable_JoinsOfThisMachine_AreLimitedOnlyByASetting()
    {
        var bounds = BoundsOf(new TransportOptions());
        var table = new AddressTable(bounds, _time);
        var (here, elsewhere) = (AddressBlock.Of(IPAddress.Loopback), Stranger);

        Assert.That(Enumerable.Range(0, 1_100).Count(_ => table.TryEnter(here, isJoin: true, bounds.Current.Entry) == Room.Granted), Is.EqualTo(1_100));
        Assert.That(Enumerable.Range(0, 1_100).Count(_ => table.TryEnter(elsewhere, isJoin: true, bounds.Current.Entry) == Room.Granted), Is.EqualTo(1_000));
    }

    [Test]
    public void AddressTable_RatesOfAnAddressThatLeft_AreRememberedUntilTheyAreFull()
    {
        var options = new TransportOptions { MaxMessagesPerSecondPerAddress = 1 };
        var bounds = BoundsOf(options);
        var table = new AddressTable(bounds, _time);
        table.TryEnter(Stranger, isJoin: false, bounds.Current.Entry);
        table.Charge(Stranger, messages: 5, bytes: 1);
        table.Leave(Stranger);
        _time.Advance(TimeSpan.FromSeconds(4));
        table.Sweep(_time.GetTimestamp());
        Assert.That(table.Count, Is.EqualTo(1), "it owes");

        _time.Advance(TimeSpan.FromSeconds(1));
        table.Sweep(_time.GetTimestamp());

        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void AddressTable_NoRatesOfAddresses_ChargesNobody()
    {
        var table = new AddressTable(BoundsOf(new TransportOptions { MaxMessagesPerSecond = 1 }), _time);

        Assert.That((table.Charge(Stranger, 1_000, 1_000), table.Charge(null, 1_000, 1_000), table.Count), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero, 0)));
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
        Assert.That(ForwardedClient.Find(forwardedFor, forwarded, new TrustedProxies([]))?.ToString(), Is.EqualTo(expected));

    [TestCase("192.0.2.7, 10.0.0.2", null, "192.0.2.7")]
    [TestCase("192.0.2.1, 192.0.2.7, 10.9.9.9:80, 2001:db8::5", null, "192.0.2.7")]
    [TestCase("10.0.0.3, 10.0.0.2", null, "10.0.0.3", Description = "a client among the proxies")]
    [TestCase("192.0.2.7, unknown, 10.0.0.2", null, null, Description = "whom a proxy hides is not who stands before")]
    [TestCase("192.0.2.7,,10.0.0.2", null, null)]
    [TestCase(null, "for=192.0.2.7;proto=https, for=\"[2001:db8::5]\";by=10.0.0.1", "192.0.2.7")]
    [TestCase(null, "for=\"192.0.2.1, for=192.0.2.7, for=10.0.0.2", "192.0.2.7", Description = "a quote that the client opened")]
    [TestCase(null, "host=a, for=10.0.0.2", null)]
    public void ForwardedClient_TrustedProxiesInTheList_ArePassed(string? forwardedFor, string? forwarded, string? expected) =>
        Assert.That(ForwardedClient.Find(forwardedFor, forwarded, new TrustedProxies(["10.0.0.0/8", "2001:db8::5"]))?.ToString(), Is.EqualTo(expected));

    [TestCase("https", null, true)]
    [TestCase("https, http", null, false)]
    [TestCase("wss", "proto=http", true)]
    [TestCase(null, "for=192.0.2.7;proto=HTTPS", true)]
    [TestCase(null, "for=192.0.2.7;proto=https, for=192.0.2.8;Proto=\"http\"", false)]
    [TestCase("gopher", null, null)]
    [TestCase(null, "for=192.0.2.7", null)]
    [TestCase(null, null, null)]
    public void ForwardedClient_Scheme_IsThatOfTheNearestProxy(string? forwardedProto, string? forwarded, bool? expected) =>
        Assert.That(ForwardedClient.FindSecurity(forwardedProto, forwarded), Is.EqualTo(expected));

    [Test]
    public void AddressTable_AddressesThatAreGone_AreForgottenWhenTheirBucketsAreFull()
    {
        var bounds = BoundsOf(new TransportOptions { MaxConnectionsPerAddress = 1 });
        var table = new AddressTable(bounds, _time);
        Assert.That((table.TryEnter(Stranger, isJoin: true, bounds.Current.Entry), table.TryEnter(Stranger, isJoin: true, bounds.Current.Entry)), Is.EqualTo((Room.Granted, Room.FullForAddress)));
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
        var bounds = BoundsOf(new TransportOptions());
        var table = new AddressTable(bounds, _time);
        for (uint i = 1; i <= 200_000; i++)
        {
            var address = AddressBlock.Of(new IPAddress(BitConverter.GetBytes(i)));
            Assert.That(table.TryEnter(address, isJoin: true, bounds.Current.Entry), Is.EqualTo(Room.Granted));
            table.Leave(address);
        }

        Assert.That(table.Count, Is.LessThanOrEqualTo(65_537));
    }

    [Test]
    public void Handshakes_OfOneAddress_HaveAQuarter()
    {
        var bounds = BoundsOf(new TransportOptions { MaxHandshakes = 8 });
        var handshakes = new Handshakes(bounds, new AddressTable(bounds, _time));
        Assert.That(handshakes.TryBegin(Stranger, out var slot), Is.EqualTo(Room.Granted));
        Assert.That(handshakes.TryBegin(Stranger, out _), Is.EqualTo(Room.Granted));
        Assert.That((handshakes.TryBegin(Stranger, out _), handshakes.Count), Is.EqualTo((Room.TooManyHandshakesOfAddress, 2)));

        slot!.Dispose();
        slot.Dispose();

        Assert.That((handshakes.Count, handshakes.TryBegin(Stranger, out _)), Is.EqualTo((1, Room.Granted)));
    }

    [Test]
    public void Places_LimitIsLowered_WhoIsInStaysAndNobodyComesUntilThereAreFewer()
    {
        var bounds = BoundsOf(new TransportOptions { MaxConnections = 3 });
        var places = new Places(bounds, new AddressTable(bounds, _time), _time);
        Assert.That(Enumerable.Range(0, 3).Select(_ => places.TryTake(null, isJoin: false)).ToArray(), Is.All.EqualTo(Room.Granted));

        bounds.Current = BoundsOf(new TransportOptions { MaxConnections = 2 }).Current;

        Assert.That((places.Taken, places.TryTake(null, isJoin: false)), Is.EqualTo((3, Room.Full)));
        places.GiveBack(null);
        Assert.That(places.TryTake(null, isJoin: false), Is.EqualTo(Room.Full));
        places.GiveBack(null);
        Assert.That(places.TryTake(null, isJoin: false), Is.EqualTo(Room.Granted));
    }

    [Test]
    public void Places_JoinsAreLimitedFromNowOn_TheBurstIsFullAndTheNextComesTooFast()
    {
        var bounds = BoundsOf(new TransportOptions());
        var places = new Places(bounds, new AddressTable(bounds, _time), _time);
        Assert.That(places.TryTake(null, isJoin: true), Is.EqualTo(Room.Granted));

        bounds.Current = BoundsOf(new TransportOptions { JoinsPerSecond = 2 }).Current;

        Assert.That(Enumerable.Range(0, 20).Select(_ => places.TryTake(null, isJoin: true)).ToArray(), Is.All.EqualTo(Room.Granted));
        Assert.That(places.TryTake(null, isJoin: true), Is.EqualTo(Room.TooFast));
    }

    [Test]
    public void AddressTable_LimitsOfAnAddressChange_HoldForThoseThatAreKnown()
    {
        var bounds = BoundsOf(new TransportOptions { JoinsPerSecondPerAddress = 1, MaxMessagesPerSecondPerAddress = 1 });
        var table = new AddressTable(bounds, _time);
        Assert.That(Enumerable.Range(0, 11).Count(_ => table.TryEnter(Stranger, isJoin: true, bounds.Current.Entry) == Room.Granted), Is.EqualTo(10));
        Assert.That(table.Charge(Stranger, messages: 100, bytes: 1), Is.EqualTo(TimeSpan.FromSeconds(99)));

        bounds.Current = BoundsOf(new TransportOptions { JoinsPerSecondPerAddress = 2, MaxMessagesPerSecondPerAddress = 1_000 }).Current;

        Assert.That(Enumerable.Range(0, 21).Count(_ => table.TryEnter(Stranger, isJoin: true, bounds.Current.Entry) == Room.Granted), Is.EqualTo(20));
        Assert.That(table.Charge(Stranger, messages: 100, bytes: 1), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void AddressTable_OtherBoundsWithEqualPace_ForgetNothingThatIsOwed()
    {
        var bounds = BoundsOf(new TransportOptions { MaxMessagesPerSecondPerAddress = 1 });
        var table = new AddressTable(bounds, _time);
        table.Charge(Stranger, messages: 2, bytes: 1);

        bounds.Current = BoundsOf(new TransportOptions { MaxMessagesPerSecondPerAddress = 1, MaxConnections = 5 }).Current;

        Assert.That(table.Charge(Stranger, messages: 1, bytes: 1), Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    private static LiveBounds BoundsOf(TransportOptions options) => new(new Bounds(EntryLimits.Of(options, openFiles: null), new PaceLimits(options)));
}
