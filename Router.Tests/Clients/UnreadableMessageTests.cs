using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Messages of a router that hold nothing, or something nobody can read: they cost themselves, and not the connection.</summary>
internal sealed class UnreadableMessageTests
{
    private const string Fault = "the JSON holds half of a surrogate pair";

    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    private ScriptedPeer Peer => _joined.Peer;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Event_DetailsAndArgumentsNull_IsDeliveredWithoutThem()
    {
        var (received, _) = await SubscribeAsync();

        await SendAsync("""[36,501,1,null,null,{"k":1}]""");
        await SendAsync("""[36,501,2,null,null,null]""");

        var first = await received.ReadAsync().AsTask().Soon();
        Assert.That((first.Arguments.Count, first.Arguments.Get<int>("k")), Is.EqualTo((0, 1)));
        Assert.That((await received.ReadAsync().AsTask().Soon()).Arguments.Count, Is.Zero);
    }

    [Test]
    public async Task Event_CannotBeRead_IsReportedAndTheNextOneDelivered()
    {
        var (received, errors) = await SubscribeAsync();

        await SendAsync("""[36,501,1,{},["hi \ud83d"]]""");
        await SendAsync("""[36,501,2,{},["hi"]]""");

        var error = await errors.NextAsync();
        Assert.That((error.Kind, error.Uri), Is.EqualTo((WampBackgroundErrorKind.EventUnreadable, "com.example.t")));
        Assert.That(error.Exception.Message, Does.Contain(Fault));
        Assert.That((await received.ReadAsync().AsTask().Soon()).Arguments.Get<string>(0), Is.EqualTo("hi"));
    }

    [Test]
    public async Task Invocation_CannotBeRead_IsAnsweredAndTheNextOneServed()
    {
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.p", (int x) => x + 1));

        await SendAsync("""[68,1,701,{},["\udc00"]]""");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo($$"""[8,68,1,{},"wamp.error.invalid_argument",["The call cannot be read: {{Fault}}."]]"""));
        await SendAsync("[68,2,701,{},[1]]");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[2]]"));
    }

    [TestCase("""[50,$,{},["\ud83d"]]""", "wamp.error.invalid_argument")]
    [TestCase("""[50,$,{"x":"\ud83d"}]""", "wamp.error.invalid_argument")]
    [TestCase("""[8,48,$,{},"com.example.error",["\ud83d"]]""", "com.example.error")]
    public async Task Answer_CannotBeRead_FailsTheCallAlone(string answer, string uri)
    {
        var calling = Client.CallAsync("com.example.p");
        await Peer.ReceiveAsync();
        await SendAsync(answer.Replace("$", "1", StringComparison.Ordinal));

        var error = Assert.CatchAsync<WampException>(() => calling.Soon())!;
        Assert.That((error.ErrorUri, error.Message), Is.EqualTo((uri, error.Message)));
        Assert.That(error.Message, Does.Contain(Fault));
        var next = Client.CallAsync("com.example.p");
        await Peer.ReceiveAsync();
        await SendAsync("[50,2,{},null,null]");
        Assert.That((await next.Soon()).Count, Is.Zero);
    }

    [Test]
    public async Task ErrorOfAPublication_CannotBeRead_FailsItAlone()
    {
        var publishing = Client.PublishAcknowledgedAsync("com.example.t");
        await Peer.ReceiveAsync();

        await SendAsync("""[8,16,1,{},"wamp.error.not_authorized",["\ud83d"]]""");

        Assert.That(Assert.CatchAsync<WampException>(() => publishing.Soon())!.ErrorUri, Is.EqualTo(WampErrorUri.NotAuthorized));
    }

    private Task SendAsync(string json) => Peer.SendBytesAsync(System.Text.Encoding.ASCII.GetBytes(json));

    private async Task<(ChannelReader<WampEvent> Events, BackgroundErrors Errors)> SubscribeAsync()
    {
        var (received, errors) = (Channel.CreateUnbounded<WampEvent>(), new BackgroundErrors(Client));
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", (WampEvent e) => received.Writer.TryWrite(e)));
        return (received.Reader, errors);
    }
}
