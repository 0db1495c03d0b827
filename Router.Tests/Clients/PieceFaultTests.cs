using System.Text;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A piece of a call, or an answer to one that was canceled, that cannot be read: whoever reads it learns so, and it costs nobody else anything.</summary>
internal sealed class PieceFaultTests
{
    private const string Unreadable = "[\"\\ud83d\"]";

    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Piece_CannotBeRead_EndsTheReadingWithAnErrorForTheCaller(bool moreFollows)
    {
        var read = new List<int>();
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.sum", async (WampInvocation call) =>
        {
            await foreach (var piece in call.ReadPiecesAsync<int>())
            {
                read.Add(piece);
            }

            return read.Sum();
        }));
        await _joined.Peer.SendAsync("""[68,1,701,{"progress":true},[1]]""");

        await SendAsync($$"""[68,1,701,{"progress":{{(moreFollows ? "true" : "false")}}},{{Unreadable}}]""");

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("""[8,68,1,{},"wamp.error.invalid_argument",["The call cannot be read: """));
        Assert.That(read, Is.EqualTo(new[] { 1 }));
        if (moreFollows)
        {
            await _joined.Peer.SendAsync("""[68,1,701,{"progress":true},[2]]""");   // was on its way
        }

        await _joined.Peer.SendAsync("[68,2,701,{},[5]]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[6]]"), "what was on its way begins no call");
    }

    [TestCase("[68,1,701,{}]", 0)]
    [TestCase("[68,1,701,{},[]]", 1)]
    [TestCase("[68,1,701,{},[7]]", 1)]
    [TestCase("[68,1,701,{},[],{\"a\":1}]", 1)]
    [TestCase("[68,1,701,{\"progress\":true}]|[68,1,701,{}]", 1)]
    [TestCase("[68,1,701,{\"progress\":true}]|[68,1,701,{},[7]]", 2)]
    [TestCase("[68,1,701,{\"progress\":true},[7]]|[68,1,701,{\"progress\":true}]|[68,1,701,{}]", 2)]
    public async Task Pieces_WithAndWithoutArguments_AreThoseThatSaySomething(string invocations, int pieces)
    {
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.count", async (WampInvocation call) =>
        {
            var count = 0;
            await foreach (var _ in call.ReadPiecesAsync())
            {
                count++;
            }

            return count;
        }));

        foreach (var invocation in invocations.Split('|'))
        {
            await _joined.Peer.SendAsync(invocation);
        }

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo($"[70,1,{{}},[{pieces}]]"));
    }

    [Test]
    public async Task FirstPiece_CannotBeRead_TheOthersBeginNoCall()
    {
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.one", (int value) => value));

        await SendAsync($$"""[68,1,701,{"progress":true},{{Unreadable}}]""");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("[8,68,1,"));
        await _joined.Peer.SendAsync("""[68,1,701,{"progress":true},[2]]""");
        await _joined.Peer.SendAsync("[68,1,701,{},[3]]");
        await _joined.Peer.SendAsync("[68,2,701,{},[4]]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[4]]"));
    }

    [TestCase($$"""[8,48,1,{},"wamp.error.canceled",{{Unreadable}}]""", true)]
    [TestCase($$"""[8,48,1,{},"com.example.error",{{Unreadable}}]""", true)]
    [TestCase($$"""[50,1,{},{{Unreadable}}]""", false)]
    public async Task Answer_ToACanceledCallCannotBeRead_IsTheCancellationWhereItIsAnError(string answer, bool isCancellation)
    {
        using var cancel = new CancellationTokenSource();
        var call = _joined.Client.CallAsync("com.example.p", options: new WampCallOptions { CancelMode = WampCancelMode.Kill }, cancellationToken: cancel.Token);
        await _joined.Peer.ReceiveAsync();
        await cancel.CancelAsync();
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("[49,1,"));

        await SendAsync(answer);

        Assert.That(() => call.Soon(), isCancellation
            ? Throws.InstanceOf<OperationCanceledException>()
            : Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.InvalidArgument));
    }

    [TestCase($$"""[8,48,1,{},"wamp.error.canceled",{{Unreadable}}]""", "wamp.error.canceled")]
    [TestCase($$"""[8,48,1,{},"com.example.error",{{Unreadable}}]""", "com.example.error")]
    public async Task Answer_ToACallThatNobodyCanceledCannotBeRead_IsItsError(string answer, string uri)
    {
        var call = _joined.Client.CallAsync("com.example.p");
        await _joined.Peer.ReceiveAsync();

        await SendAsync(answer);

        Assert.That(() => call.Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(uri));
    }

    private Task SendAsync(string json) => _joined.Peer.SendBytesAsync(Encoding.ASCII.GetBytes(json));
}
