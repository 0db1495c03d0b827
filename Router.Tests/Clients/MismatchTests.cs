using System.Numerics;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Who is told, and in what words, that an argument is not what it is read as.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class MismatchTests(bool newtonsoft)
{
    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(
        WampSerializer.Json, payloads: newtonsoft ? new WampRouter.Client.Newtonsoft.WampNewtonsoftSerializer() : WampJsonSerializer.Default);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Argument_OfAnotherKind_IsToldInWordsOfJson()
    {
        await ExpectAsync<int>("\"x\"", "a whole number from -2147483648 to 2147483647 is wanted, not the text \"x\"");
        await ExpectAsync<byte>("300", "a whole number from 0 to 255 is wanted, not the number 300");
        await ExpectAsync<double>("[1]", "a number is wanted, not a list");
        await ExpectAsync<int?>("{}", "a whole number from -2147483648 to 2147483647 or null is wanted, not a dictionary");
        await ExpectAsync<BigInteger>("\"x\"", "a whole number is wanted, not the text \"x\"");
        await ExpectAsync<bool>("\"maybe\"", "true or false is wanted, not the text \"maybe\"");
        await ExpectAsync<Guid>("\"x\"", "a GUID as text is wanted, not the text \"x\"");
        await ExpectAsync<DateTime>("\"soon\"", "a date and time as text, such as \"2026-11-28T12:00:00Z\", is wanted, not the text \"soon\"");
        await ExpectAsync<int[]>("7", "a list is wanted, not the number 7");
        await ExpectAsync<byte[]>("7", "binary is wanted, not the number 7");
        await ExpectAsync<Dictionary<string, int>>("[]", "a dictionary is wanted, not a list");
        await ExpectAsync<Place>("\"here\"", "a dictionary is wanted, not the text \"here\"");
        await ExpectAsync<int>($"\"{new string('x', 100)}\"", $"a whole number from -2147483648 to 2147483647 is wanted, not the text \"{new string('x', 39)}…");
    }

    [Test]
    public async Task Argument_WithSomethingInsideThatDoesNotFit_IsToldWithoutTheInsidesOfASerializer()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.put", (Place place) => place.X));

        await _joined.Peer.SendAsync("""[68,1,701,{},[{"x":"far","y":1}]]""");

        var answer = await _joined.Peer.ReceiveAsync();
        Assert.That(answer, Does.StartWith("""[8,68,1,{},"wamp.error.invalid_argument",["Argument 0 of 'com.example.put': """));
        Assert.That(answer, Does.Not.Contain("Path").And.Not.Contain("LineNumber").And.Not.Contain("System.").And.Not.Contain("Place"));
        Assert.That(answer, Does.Contain(newtonsoft ? "the dictionary does not have the keys or values that are wanted" : "what stands at x does not fit"));
    }

    [Test]
    public async Task Event_OfAnotherType_IsReportedWithItsTopic()
    {
        var errors = new BackgroundErrors(Client);
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", (int _) => { }));

        await _joined.Peer.SendAsync("""[36,501,1,{},["x"]]""");

        var error = (await errors.NextAsync()).Exception;
        Assert.That(error, Is.TypeOf<WampSerializationException>());
        Assert.That(error.Message, Does.StartWith("Argument 0 of the event of 'com.example.t': a whole number from "));
    }

    [Test]
    public async Task Error_WithArgumentsOfAnotherType_IsToldWithItsUri()
    {
        var call = Client.CallAsync("com.example.p");
        await _joined.Peer.AnswerAsync("""[8,48,$,{},"com.example.error",["x"]]""");
        var error = Assert.CatchAsync<WampException>(() => call.Soon())!;

        Assert.That(() => error.Arguments.Get<int>(0), Throws.TypeOf<WampSerializationException>().With.Message.StartsWith("Argument 0 of the error 'com.example.error': "));
    }

    [Test]
    public async Task Procedure_ThatCannotReadAResultOfItsOwnCall_IsNoMistakeOfItsCaller()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.outer", async () => await Client.CallAsync<int>("com.example.inner")));

        await _joined.Peer.SendAsync("[68,1,701,{}]");
        await _joined.Peer.AnswerAsync("""[50,$,{},["x"]]""");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,1,{},"wamp.error.runtime_error",["The procedure failed."]]"""));
    }

    [TestCase("[1,2,3]", null, "takes 2 positional arguments, and there are 3.")]
    [TestCase("[1,2]", "{\"c\":3}", "takes no argument named 'c'.")]
    public async Task Call_WithMoreThanIsTaken_IsRefusedWhereThatIsWanted(string args, string? kwargs, string text)
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.lax", (int a, int b) => a + b));
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.strict", (int a, int b) => a + b, new WampRegisterOptions { RefuseExtraArguments = true }), 702);
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.all", (int a, WampInvocation all) => all.Arguments.Count, new WampRegisterOptions { RefuseExtraArguments = true }), 703);
        var arguments = kwargs is null ? args : $"{args},{kwargs}";

        await _joined.Peer.SendAsync($"[68,1,701,{{}},{arguments}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[3]]"));
        await _joined.Peer.SendAsync($"[68,2,702,{{}},{arguments}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($$"""[8,68,2,{},"wamp.error.invalid_argument",["'com.example.strict' {{text}}"]]"""));
        await _joined.Peer.SendAsync($"[68,3,703,{{}},{arguments}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("[70,3,{},["));
        await _joined.Peer.SendAsync("[68,4,702,{},[1,2]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,4,{},[3]]"));
    }

    [Test]
    public async Task Call_OfAnAttributedMethodWithMoreThanIsTaken_IsRefusedWhereThatIsWanted()
    {
        var registering = Client.RegisterServiceAsync(new Doubler());
        await _joined.Peer.AnswerAsync("[65,$,701]");
        await registering.Soon();

        await _joined.Peer.SendAsync("[68,1,701,{},[4,5]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,1,{},"wamp.error.invalid_argument",["'com.example.double' takes 1 positional arguments, and there are 2."]]"""));
        await _joined.Peer.SendAsync("[68,2,701,{},[],{\"number\":4}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[8]]"));
    }

    private async Task ExpectAsync<T>(string json, string text)
    {
        var call = Client.CallAsync<T>("com.example.p");
        await _joined.Peer.AnswerAsync($"[50,$,{{}},[{json}]]");

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampSerializationException>().With.Message.EqualTo($"The result of 'com.example.p': {text}."), $"{typeof(T)} of {json}");
    }

    private sealed record Place(int X, int Y);

    private sealed class Doubler
    {
        private readonly int _factor = 2;

        [WampProcedure("com.example.double", RefuseExtraArguments = true)]
        public int Double(int number) => _factor * number;
    }
}
