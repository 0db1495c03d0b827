using System.Collections;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using WampRouter.Client;
using WampRouter.Client.Newtonsoft;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>
/// Nothing is lost in silence: whatever is given as an argument comes back as it was, or is refused where it was given, with its type named; and a result likewise
/// is an ERROR that says so.
/// </summary>
[TestFixture(WampSerializer.Json, false)]
[TestFixture(WampSerializer.MessagePack, false)]
[TestFixture(WampSerializer.Cbor, false)]
[TestFixture(WampSerializer.Json, true)]
[TestFixture(WampSerializer.MessagePack, true)]
[TestFixture(WampSerializer.Cbor, true)]
internal sealed class ValueTests(WampSerializer serializer, bool newtonsoft)
{
    private static readonly DateTime Noon = new(2026, 11, 28, 12, 0, 0, 123, 456);

    private JoinedClient _joined = null!;

    /// <summary>Whole number of 70 bits, which is no float.</summary>
    private static BigInteger Large => (BigInteger.One << 70) + 1;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer, payloads: newtonsoft ? new WampNewtonsoftSerializer() : WampJsonSerializer.Default);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    private static IEnumerable<TestCaseData> RoundTrips =>
    [
        Value("bool", true), Value("byte", (byte)200), Value("sbyte", (sbyte)-100), Value("ushort", (ushort)65535), Value("uint", uint.MaxValue),
        Value("ulong", ulong.MaxValue), Value("long", long.MinValue), Value("Int128 of 64 bits", (Int128)long.MinValue), Value("UInt128 of 64 bits", (UInt128)ulong.MaxValue),
        Value("Half", (Half)1.5), Value("whole Half", (Half)2), Value("float", 1.1f), Value("double", 0.1), Value("minus zero", -0.0), Value("largest double", double.MaxValue),
        Value("decimal", 12345.678m), Value("whole decimal", 7m), Value("BigInteger", (BigInteger)12), Value("BigInteger that is a float", BigInteger.One << 80),
        Value("char", 'x'), Value("emoji", "\U0001F680"), Value("guid", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")), Value("uri", new Uri("https://example.com/a?b=c")),
        Value("enum", DayOfWeek.Friday), Value("nullable", (int?)7), Value("no nullable", (int?)null), Value("version", new Version(1, 2, 3)),
        Value("DateTime UTC", DateTime.SpecifyKind(Noon, DateTimeKind.Utc)), Value("DateTime unspecified", DateTime.SpecifyKind(Noon, DateTimeKind.Unspecified)),
        Value("DateTime local", DateTime.SpecifyKind(Noon, DateTimeKind.Local)), Value("DateTimeOffset", new DateTimeOffset(Noon, TimeSpan.FromHours(5.5))),
        Value("DateOnly", new DateOnly(2026, 11, 28)), Value("TimeOnly", new TimeOnly(1, 2, 3, 4)), Value("TimeSpan", TimeSpan.FromMilliseconds(-90_061_001)),
        Value("value tuple", (1, "x")), Value("named value tuple", (Sum: 1.5, Text: (string?)null)), Value("tuple", Tuple.Create(1, "x")),
        Value("nullable tuple", ((int, int)?)(1, 2)), Value("no tuple", ((int, int)?)null), Value("nested tuples", ((1, 2), new[] { (3, "y") })),
        Value("tuple of nine", (1, 2, 3, 4, 5, 6, 7, 8, 9)), Value("tuple of one", ValueTuple.Create("x")), Value("no items", default(ValueTuple)),
        Value("list", new List<int> { 1, 2 }), Value("tuples in a dictionary", new Dictionary<string, (int, string)> { ["a"] = (1, "x") }),
        Value("numbers as keys", new Dictionary<int, string> { [1] = "a", [-2] = "b" }), Value("guids as keys", new Dictionary<Guid, int> { [Guid.Empty] = 1 }),
        Value("enums as keys", new Dictionary<DayOfWeek, int> { [DayOfWeek.Monday] = 1 }), Value("pair", KeyValuePair.Create("a", 1)),
        Value("set", new HashSet<string> { "a", "b" }), Value("object with nothing to say", new Nothing()), Value("class", new Box { Kept = 1 }),
        Value("struct of properties", new Point { X = 1, Y = 2 }), Value("record struct", new Place(1.5, 2.5)), Value("Drawing.Point", new System.Drawing.Point(3, 4)),
    ];

    private static IEnumerable<TestCaseData> Refused =>
    [
        Value("Type", typeof(int)), Value("delegate", (Func<int>)(() => 1)), Value("CancellationToken", CancellationToken.None), Value("stream", new MemoryStream([1])),
        Value("reader", new StringReader("x")), Value("writer", new StringWriter()), Value("StringBuilder", new StringBuilder("x")), Value("task", Task.CompletedTask),
        Value("task of a number", Task.FromResult(1)), Value("ValueTask", default(ValueTask)), Value("stream of items", ItemsAsync()), Value("IntPtr", (nint)1),
        Value("UIntPtr", (nuint)1), Value("Rune", new Rune('x')),
        Value("Index", ^1), Value("Range", 1..2), Value("exception", new InvalidOperationException("x")), Value("IPAddress", IPAddress.Loopback),
        Value("IPEndPoint", new IPEndPoint(IPAddress.Loopback, 80)), Value("private state", new Unseen(1)), Value("payload", new WampPayload { 1, { "lost", 2 } }),
        Value("received arguments", WampArguments.Empty), Value("shard key", (WampShardKey)"x"), Value("thread", Thread.CurrentThread), Value("lazy", new Lazy<int>(1)),
        Value("loop", new Loop()), Value("NaN", double.NaN), Value("infinity", float.PositiveInfinity), Value("no Half", Half.NaN), Value("half an emoji", "hi \ud83d"),
        Value("half an emoji as a key", new Dictionary<string, int> { ["\ud83d"] = 1 }), Value("too deep", Deep(63)), Value("nested in a list", new List<object> { new Unseen(1) }),
        Value("nested in an object", new { Inside = new Unseen(1) }), Value("nested in a tuple", (1, CancellationToken.None)), Value("property that throws", new Failing()),
    ];

    [TestCaseSource(nameof(RoundTrips))]
    public async Task Argument_OfTheseTypes_ComesBackAsItWas(object? value, Type type) => await (Task)Generic(nameof(EchoAsync), type).Invoke(this, [value])!;

    [TestCaseSource(nameof(Refused))]
    public async Task Argument_OfTheseTypes_IsRefusedWhereItIsGiven(object? value, Type type)
    {
        var error = Assert.CatchAsync<WampSerializationException>(() => _joined.Client.CallAsync("com.example.t", ["first", value]).Soon())!;

        Assert.That(error.Message, Does.StartWith("Argument 1, of type '").And.Contain(value!.GetType().ToString()).And.EndsWith("."));
        Assert.That(() => _joined.Client.PublishAsync("com.example.t", new() { { "named", value } }).AsTask(), Throws.TypeOf<WampSerializationException>().With.Message.StartsWith("Argument 'named', of type '"));
        await AssertAliveAsync();
    }

    [TestCase(1)]
    [TestCase(-1)]
    public async Task BigInteger_BeyondSixtyFourBits_ArrivesOrIsRefusedWhereItIsGiven(int sign)
    {
        if (serializer == WampSerializer.MessagePack)
        {
            AssertUnsayable(Large * sign, "System.Numerics.BigInteger");
            await AssertAliveAsync();
        }
        else
        {
            await EchoAsync(Large * sign);
            await EchoAsync(sign < 0 ? Int128.MinValue : Int128.MaxValue);
        }
    }

    [Test]
    public async Task Decimal_OfMoreDigitsThanAFloat_ArrivesOrIsRefusedWhereItIsGiven()
    {
        const decimal exact = 1.2345678901234567890123456789m;
        if (serializer == WampSerializer.Json)
        {
            await EchoAsync(exact);
            await EchoAsync(decimal.MaxValue);
        }
        else
        {
            AssertUnsayable(exact, "System.Decimal");
            await AssertAliveAsync();
        }

        await EchoAsync(0.30000000000000004);
        await EchoAsync(0.1m + 0.2m);
    }

    [Test]
    public async Task Argument_OfTypesOfWhichOneSerializerKnowsLess_ComesBackOrIsRefused()
    {
        await EchoUnlessRefusedAsync(new Vector3(1, 2, 3));
        await EchoUnlessRefusedAsync(new Complex(1, 2));
        await EchoUnlessRefusedAsync(new Fields { Value = 7 });
        await EchoUnlessRefusedAsync<ReadOnlyMemory<int>>(new[] { 1, 2 }, v => Assert.That(v.ToArray(), Is.EqualTo(new[] { 1, 2 })));
    }

    [Test]
    public async Task Depth_TheMostThatFits_Arrives() => await EchoAsync(Deep(61), v => Assert.That(v, Is.Not.Null));

    [Test]
    public async Task Tuple_OnTheWire_IsAList()
    {
        await _joined.Client.PublishAsync("com.example.t", [(1, "x")]);

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[[1,"x"]]]"""));
    }

    [Test]
    public async Task Argument_WithoutReflection_TuplesAndNumbersNeedNoContext()
    {
        if (newtonsoft)
        {
            return;     // it is made of reflection
        }

        await using var joined = await JoinedClient.JoinAsync(serializer, payloads: new WampJsonSerializer());
        await joined.Client.PublishAsync("com.example.t", [((1, "x"), (BigInteger)7, (Half)1.5)]);
        Assert.That(await joined.Peer.ReceiveAsync(), Does.EndWith("""[[[1,"x"],7,1.5]]]"""));
        var call = joined.Client.CallAsync("com.example.p");
        await joined.Peer.AnswerAsync("""[50,$,{},[[[1,"x"],7,1.5],null]]""");
        var result = await call.Soon();
        Assert.That(result.Get<((int, string), BigInteger, Half)>(0), Is.EqualTo(((1, "x"), (BigInteger)7, (Half)1.5)));
        Assert.That(result.Get<(int, int)?>(1), Is.Null);

        var error = Assert.CatchAsync<WampSerializationException>(() => joined.Client.PublishAsync("com.example.t", [(1, new Place(1, 2))]).AsTask())!;
        Assert.That(error.Message, Does.Contain("The serializer does not know 'WampRouter.Tests.Clients.ValueTests+Place': give WampJsonSerializer a source-generated JsonSerializerContext"));
    }

    [TestCase("[1]")]
    [TestCase("[1,2,3]")]
    [TestCase("7")]
    [TestCase("""["x",1]""")]
    public async Task Tuple_ReadFromAnotherList_IsRefused(string json)
    {
        var call = _joined.Client.CallAsync<(int, int)>("com.example.t");
        await _joined.Peer.AnswerAsync($"[50,$,{{}},[{json}]]");

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampSerializationException>().With.Message.StartsWith("The result of 'com.example.t': "));
    }

    [Test]
    public async Task Get_OfATypeThatIsRefused_SaysSo()
    {
        var call = _joined.Client.CallAsync("com.example.t");
        await _joined.Peer.AnswerAsync("[50,$,{},[{}]]");
        var result = await call.Soon();

        Assert.That(() => result.Get<Fieldless>(0), Throws.TypeOf<NotSupportedException>().With.Message.Contains(nameof(Fieldless)));
        Assert.That(() => result.Get<Index>(0), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Index"));
    }

    [Test]
    public async Task Named_HalfAnEmojiAsItsName_IsRefused()
    {
        Assert.That(() => _joined.Client.PublishAsync("com.example.t", new() { { "\ud83d", 1 } }).AsTask(), Throws.TypeOf<WampSerializationException>().With.Message.Contains("half of a surrogate pair"));
        await AssertAliveAsync();
    }

    [Test]
    public async Task Procedure_ResultThatCannotBeWritten_TellsItsCallerAndItsOwner()
    {
        var errors = new BackgroundErrors(_joined.Client);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.task", () => CancellationToken.None));

        await _joined.Peer.SendAsync("[68,1,701,{}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,1,{},"wamp.error.runtime_error",["The procedure ran, but its result could not be sent."]]"""));
        var error = await errors.NextAsync();
        Assert.That((error.Kind, error.Uri), Is.EqualTo((WampBackgroundErrorKind.ProcedureFailed, "com.example.task")));
        Assert.That(error.Exception, Is.TypeOf<WampSerializationException>().With.Message.StartsWith("Argument 0, of type 'System.Threading.CancellationToken', cannot be sent: "));
    }

    [Test]
    public async Task Procedure_ErrorWhoseArgumentsCannotBeWritten_KeepsItsUri()
    {
        var errors = new BackgroundErrors(_joined.Client);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.fail", int () => throw new WampException("com.example.error", "kept here", new WampPayload { new Unseen(1) })));

        await _joined.Peer.SendAsync("[68,1,701,{}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,1,{},"com.example.error",["The arguments of this error could not be sent."]]"""));
        Assert.That((await errors.NextAsync()).Exception, Is.TypeOf<WampSerializationException>());
    }

    private static TestCaseData Value<T>(string name, T value) => new TestCaseData(value, typeof(T)).SetArgDisplayNames(name);

    private static object Deep(int levels) => levels == 0 ? 1 : new object[] { Deep(levels - 1) };

    private static async IAsyncEnumerable<int> ItemsAsync()
    {
        await Task.CompletedTask;
        yield return 1;
    }

    private System.Reflection.MethodInfo Generic(string name, Type type) => GetType()
        .GetMethods(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
        .Single(m => m.Name == name && m.GetParameters().Length == 1)
        .MakeGenericMethod(type);

    private void AssertUnsayable<T>(T value, string type)
    {
        var error = Assert.CatchAsync<WampSerializationException>(() => _joined.Client.PublishAcknowledgedAsync("com.example.t", [value]))!;
        Assert.That(error.Message, Does.StartWith($"The arguments ({type}) cannot be sent in {serializer}, which this connection speaks: "));
    }

    private Task EchoUnlessRefusedAsync<T>(T value) => EchoUnlessRefusedAsync(value, v => AssertSame(v, value));

    private async Task EchoUnlessRefusedAsync<T>(T value, Action<T> check)
    {
        try
        {
            await EchoAsync(value, check);
        }
        catch (WampSerializationException e)
        {
            Assert.That(e.Message, Does.Contain(typeof(T).ToString()));
        }
    }

    private async Task AssertAliveAsync()
    {
        await _joined.Client.PublishAsync("com.example.t");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.EndWith(""","com.example.t"]"""));
    }

    private Task EchoAsync<T>(T value) => EchoAsync(value, v => AssertSame(v, value));

    private static void AssertSame<T>(T actual, T expected)
    {
        Assert.That(actual, expected is IEnumerable ? Is.EquivalentTo((IEnumerable)expected) : Is.EqualTo(expected));
        if (expected is DateTime time)
        {
            Assert.That(((DateTime)(object)actual!).Kind, Is.EqualTo(time.Kind));
        }
        else if (expected is double number)
        {
            Assert.That(((double)(object)actual!).ToString("R", CultureInfo.InvariantCulture), Is.EqualTo(number.ToString("R", CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Sends a value and gets it back as it was sent.</summary>
    private async Task EchoAsync<T>(T value, Action<T> check)
    {
        var call = _joined.Client.CallAsync<T>("com.example.echo", [value]);
        if (call.IsFaulted)
        {
            await call;
        }

        var sent = await _joined.Peer.ReceiveAsync();
        var (id, start) = (sent.Split(',')[1], sent.IndexOf("\"com.example.echo\",", StringComparison.Ordinal) + "\"com.example.echo\",".Length);
        await _joined.Peer.SendAsync($"[50,{id},{{}},{sent[start..]}");
        check(await call.Soon());
    }

    internal sealed record Nothing;

    internal struct Fields
    {
        public int Value;
    }

    internal sealed record Box
    {
        public int Kept { get; set; }
    }

    internal record struct Point
    {
        public int X { get; set; }

        public int Y { get; set; }
    }

    internal readonly record struct Place(double Latitude, double Longitude);

    /// <summary>All it has is private, as the fields of a struct from a graphics library are to a serializer of properties.</summary>
    internal sealed class Unseen(int value)
    {
        private readonly int _value = value;

        public override string ToString() => _value.ToString(CultureInfo.InvariantCulture);
    }

    internal sealed class Fieldless
    {
        private int _value;

        public void Add() => _value++;
    }

    internal sealed class Loop
    {
        public Loop Self => this;
    }

    internal sealed class Failing
    {
        private readonly bool _fails = true;

        public int Value => _fails ? throw new InvalidOperationException("not now") : 0;
    }
}
