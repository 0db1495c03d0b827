using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>What an ERROR carries on its way through a client: from a router to a procedure's caller, and no more text than any router takes.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class ErrorPassingTests(WampSerializer serializer)
{
    private const int MaxErrorText = 512;

    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCase("")]
    [TestCase(""",["sold out"]""")]
    [TestCase(""",["sold out",1.0],{"item":"tea"}""")]
    [TestCase(""",[],{"item":"tea"}""")]
    public async Task Procedure_RethrowsWhatItReceived_ItsCallerGetsTheSameArguments(string payload)
    {
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.front", async (WampInvocation _) => await _joined.Client.CallAsync("com.example.back")));
        await _joined.Peer.SendAsync("[68,1,701,{}]");
        var call = await _joined.Peer.ReceiveAsync();

        await _joined.Peer.SendAsync($"[8,48,{call.Split(',')[1]},{{}},\"com.example.error.sold_out\"{payload}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($"[8,68,1,{{}},\"com.example.error.sold_out\"{payload}]"));
    }

    [TestCase(300, false)]
    [TestCase(2000, true)]
    public async Task Procedure_ResultCannotBeSentForALongReason_ItsCallerReadsTheBeginning(int length, bool isCut)
    {
        await using var telling = await JoinedClient.JoinAsync(serializer, payloads: new Unable(new string('x', length)), sendExceptionMessages: true);
        await telling.RegisteredAsync(telling.Client.RegisterAsync("com.example.p", () => 1));

        await telling.Peer.SendAsync("[68,1,701,{}]");

        var error = Newtonsoft.Json.Linq.JArray.Parse(await telling.Peer.ReceiveAsync());
        var text = (string)error[5][0]!;
        Assert.That(text, Does.StartWith("The procedure ran, but its result could not be sent. ").And.Contains("xxx"));
        Assert.That(text.Length, isCut ? Is.EqualTo(MaxErrorText) : Is.LessThan(MaxErrorText));
        Assert.That(text, isCut ? Does.EndWith("xxx") : Does.EndWith("."));
    }

    /// <summary>Writes nothing, and says so at length.</summary>
    private sealed class Unable(string why) : IWampPayloadSerializer
    {
        public void Serialize(System.Buffers.IBufferWriter<byte> output, object? value) => throw new NotSupportedException(why);

        public T? Deserialize<T>(ReadOnlySpan<byte> json) => throw new FormatException(why);

        public object? Deserialize(ReadOnlySpan<byte> json, Type type) => throw new FormatException(why);
    }
}
