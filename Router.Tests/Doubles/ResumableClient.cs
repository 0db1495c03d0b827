using System.Globalization;
using Newtonsoft.Json.Linq;
using WampRouter.Sessions.Connections;

namespace WampRouter.Tests.Doubles;

/// <summary>A client that asks for a session it can resume, counts what it receives, and comes back as docs/resumption.md says.</summary>
internal sealed class ResumableClient(TestRouter router, string? login = null)
{
    private const string Anonymous = "\"authmethods\":[\"anonymous\"]";

    private IReadOnlyList<string> _waiting = [];        // came behind the WELCOME, in the same read

    /// <summary>What it answers to a CHALLENGE.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>The connection it has, or had last.</summary>
    public TestPeer Peer { get; private set; } = null!;

    public ulong Id { get; set; }

    public string Token { get; set; } = "";

    /// <summary>The token of the WELCOME before the last one.</summary>
    public string TokenBefore { get; private set; } = "";

    /// <summary>Messages received in the session.</summary>
    public int Received { get; set; }

    /// <summary>The details of the last WELCOME.</summary>
    public JObject Welcome { get; private set; } = [];

    public bool IsResumed => (bool)Welcome["resumed"]!;

    /// <summary>Joins over this connection, or one of its own.</summary>
    public static ResumableClient Join(TestRouter router, string? login = null, TestPeer? peer = null)
    {
        var client = new ResumableClient(router, login);
        client.Join(peer ?? router.Connect());
        return client;
    }

    /// <summary>Joins over this connection.</summary>
    public void Join(TestPeer peer) => Connect(peer, $$"""{"resumable":true,{{login ?? Anonymous}}}""");

    /// <summary>A HELLO with these details and all roles.</summary>
    public static string Hello(string details) =>
        $"[1,\"realm1\",{details[..^1]}{(details == "{}" ? "" : ",")}\"roles\":{{\"publisher\":{{}},\"subscriber\":{{}},\"caller\":{{}},\"callee\":{{\"features\":{{\"call_canceling\":true}}}}}}}}]";

    public void Send(string json) => Peer.Send(json);

    /// <summary>What has arrived since the last call.</summary>
    public IReadOnlyList<string> Take()
    {
        IReadOnlyList<string> messages = [.. _waiting, .. Peer.Take()];
        _waiting = [];
        Received += messages.Count;
        return messages;
    }

    /// <summary>Loses the connection, and with it the last <paramref name="unread"/> messages that were handed to it.</summary>
    /// <returns>What it has received before.</returns>
    public IReadOnlyList<string> Lose(int unread = 0, DisconnectReason reason = DisconnectReason.ConnectionLost)
    {
        var arrived = Take();
        var lost = Math.Min(unread, arrived.Count);
        Received -= lost;
        Peer.Disconnect(reason);
        return [.. arrived.SkipLast(lost)];
    }

    /// <summary>Comes back over a new connection.</summary>
    public void Resume(bool withCount = true, string? token = null) => Connect(router.Connect(), Details(withCount, token));

    /// <summary>Comes back over this connection.</summary>
    public void Resume(TestPeer peer) => Connect(peer, Details(withCount: true, token: null));

    /// <summary>The HELLO with which it comes back.</summary>
    public string HelloAgain(bool withCount = true) => Hello(Details(withCount, token: null));

    /// <summary>Reads a WELCOME that has arrived by now.</summary>
    public void ReadWelcome(TestPeer peer)
    {
        Peer = peer;
        ReadWelcome(peer.Take());
    }

    private string Details(bool withCount, string? token) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"resumable":true,"resume-session":{{Id}},"resume-token":"{{token ?? Token}}",{{(withCount ? $"\"_received\":{Received}," : "")}}{{login ?? Anonymous}}}""");

    private void Connect(TestPeer peer, string details)
    {
        Peer = peer;
        Peer.Send(Hello(details));
        var answer = Peer.Take();
        if (answer[0].StartsWith("[4,", StringComparison.Ordinal))
        {
            answer = Peer.Send($$"""[5,"{{Ticket}}",{}]""").Take();
        }

        ReadWelcome(answer);
    }

    private void ReadWelcome(IReadOnlyList<string> messages)
    {
        var welcome = JArray.Parse(messages[0]);
        Assert.That((int)welcome[0], Is.EqualTo(2), welcome.ToString());
        Id = (ulong)welcome[1];
        Welcome = (JObject)welcome[2];
        (TokenBefore, Token) = (Token, (string?)Welcome["resume_token"] ?? "");
        Received = IsResumed ? Received : 0;
        _waiting = [.. messages.Skip(1)];
    }
}
