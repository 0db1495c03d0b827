using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>Options that cannot be meant are refused when the client is created, and not by what they lead to.</summary>
internal sealed class ClientOptionsTests
{
    private static readonly IWampTransport Transport = new WampWebSocketTransport(new Uri("ws://localhost/ws"));

    private static IEnumerable<TestCaseData> Mistaken()
    {
        yield return Case(new() { Transport = Transport, Realm = "r", Serializers = [(WampSerializer)9] }, "Serializers names '9', which is none");
        yield return Case(new() { Transport = Transport, Realm = "r", Serializers = [WampSerializer.Cbor, WampSerializer.Cbor] }, "Serializers names one twice");
        yield return Case(new() { Transport = Transport, Realm = "r", WhenDisconnected = (WampDisconnectedBehavior)9 }, "WhenDisconnected is '9', which is none of its values");
        yield return Case(new() { Transport = Transport, Realm = "r", JoinTimeout = TimeSpan.MaxValue }, "JoinTimeout and CloseTimeout must be at most 49 days");
        yield return Case(new() { Transport = Transport, Realm = "r", CloseTimeout = TimeSpan.FromDays(50) }, "JoinTimeout and CloseTimeout must be at most 49 days");
        yield return Case(new() { Transport = Transport, Realm = "r", CloseTimeout = TimeSpan.Zero }, "JoinTimeout and CloseTimeout must be positive");
    }

    [TestCaseSource(nameof(Mistaken))]
    public void Constructor_ValueThatIsNone_NamesIt(WampClientOptions options, string mistake) =>
        Assert.That(() => new WampClient(options), Throws.ArgumentException.With.Message.EqualTo($"The options of the WAMP client are not valid: {mistake}."));

    private static TestCaseData Case(WampClientOptions options, string mistake) => new TestCaseData(options, mistake).SetArgDisplayNames(mistake);
}
