using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What whoever waits for an answer reads when the router takes leave: its reason, and its words where it has any.</summary>
internal sealed class FarewellTests
{
    [TestCase("""[6,{},"wamp.close.system_shutdown"]""", "wamp.close.system_shutdown", "The router ended the session with wamp.close.system_shutdown.")]
    [TestCase("""[6,{"message":"back at noon"},"wamp.close.system_shutdown"]""", "wamp.close.system_shutdown", "The router ended the session with wamp.close.system_shutdown: back at noon")]
    [TestCase("""[6,{"message":7},"wamp.close.killed"]""", "wamp.close.killed", "The router ended the session with wamp.close.killed.")]
    [TestCase("""[3,{},"wamp.error.protocol_violation"]""", "wamp.error.protocol_violation", "The router ended the session with wamp.error.protocol_violation.")]
    [TestCase("""[3,{"message":"no such thing"},"wamp.error.protocol_violation"]""", "wamp.error.protocol_violation", "The router ended the session with wamp.error.protocol_violation: no such thing")]
    public async Task Call_RouterEndsTheSession_FailsWithItsReasonAndWords(string farewell, string uri, string text)
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        var call = joined.Client.CallAsync("com.example.p");
        await joined.Peer.ReceiveAsync();

        await joined.Peer.SendAsync(farewell);

        var error = Assert.CatchAsync<WampConnectionException>(() => call.Soon())!;
        Assert.That((error.ErrorUri, error.Message), Is.EqualTo((uri, text)));
    }
}
