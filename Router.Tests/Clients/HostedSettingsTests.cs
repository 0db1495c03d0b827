using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WampRouter.Client;
using WampRouter.Client.Hosting;

namespace WampRouter.Tests.Clients;

/// <summary>The settings of a hosted client: what reaches it, and how mistakes are told, all at once and each by its key.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostedSettingsTests
{
    private static readonly (string, string?)[] Right = [("Url", "ws://localhost/ws"), ("Realm", "realm1")];

    private readonly HostedClient _hosted = new();

    [TearDown]
    public async Task DisposeAsync() => await _hosted.DisposeAsync();

    [Test]
    public async Task Settings_FromConfiguration_ReachTheClient()
    {
        _hosted.AddConfigured(("Realm", "realm1"), ("AuthId", "anna"), ("Ticket", "s3cret"), ("Serializers:0", "Cbor")).UseTransport(_ => _hosted.Router.Transport);
        await _hosted.StartAsync();

        var peer = await _hosted.Router.AcceptAsync();
        Assert.That(await peer.AnswerAsync("""[4,"ticket",{}]"""), Does.Contain("\"authid\":\"anna\""));
        Assert.That(await peer.AnswerAsync("[2,77,{}]"), Is.EqualTo("""[5,"s3cret",{}]"""));
        await _hosted.ReachAsync(WampClientState.Connected);
        Assert.That(_hosted.Client.Session!.Subprotocol, Is.EqualTo("wamp.2.cbor"));
    }

    [Test]
    public async Task Settings_WithASecret_SignTheChallenge()
    {
        _hosted.AddConfigured(("Realm", "realm1"), ("AuthId", "anna"), ("Secret", "s3cret")).UseTransport(_ => _hosted.Router.Transport);
        await _hosted.StartAsync();

        var peer = await _hosted.Router.AcceptAsync();
        Assert.That(await peer.AnswerAsync("""[4,"wampcra",{"challenge":"who?"}]"""), Does.Contain("\"authid\":\"anna\"").And.Contain("\"authmethods\":[\"wampcra\"]"));
        var signature = Convert.ToBase64String(HMACSHA256.HashData("s3cret"u8, "who?"u8));
        using var answer = JsonDocument.Parse(await peer.AnswerAsync("[2,77,{}]"));
        Assert.That(answer.RootElement[1].GetString(), Is.EqualTo(signature));
        await _hosted.ReachAsync(WampClientState.Connected);
    }

    [Test]
    public async Task Settings_WithAToken_SendItAndNoAuthId()
    {
        _hosted.AddConfigured(("Realm", "realm1"), ("Token", "wamp_x")).UseTransport(_ => _hosted.Router.Transport);
        await _hosted.StartAsync();

        var peer = await _hosted.Router.AcceptAsync();

        Assert.That(await peer.AnswerAsync("""[4,"bearer",{}]"""), Does.Contain("\"authmethods\":[\"bearer\"]").And.Not.Contain("authid"));
        Assert.That(await peer.AnswerAsync("[2,77,{}]"), Is.EqualTo("""[5,"wamp_x",{}]"""));
        await _hosted.ReachAsync(WampClientState.Connected);
    }

    [Test]
    public async Task Settings_MaxSecretIterations_BoundsWhatARouterMayAskFor()
    {
        _hosted.AddConfigured(("Realm", "realm1"), ("AuthId", "anna"), ("Secret", "s3cret"), ("MaxSecretIterations", "1000")).UseTransport(_ => _hosted.Router.Transport);
        await _hosted.StartAsync();

        var peer = await _hosted.Router.AcceptAsync();
        await peer.AnswerAsync("""[4,"wampcra",{"challenge":"who?","salt":"abc","iterations":1001,"keylen":32}]""");

        Assert.That(await peer.ReceiveAsync(), Does.StartWith("[3,").And.Contain("CHALLENGE asks for 1001 iterations, and the client makes 1 to 1000"));
    }

    [Test]
    public void Start_ManyMistakes_NamesEachByItsKey()
    {
        _hosted.AddConfigured(
            ("Url", "http://example.com/ws"),
            ("Relm", "realm1"),
            ("AuthId", "anna"),
            ("JoinTimeout", "soon"),
            ("CloseTimeout", "00:00:00"),
            ("MaxUnsentBytes", "many"),
            ("WaitForConnection", "maybe"),
            ("Serializers:0", "Xml"),
            ("WhenDisconnected", "3"),
            ("Reconnect:MaxDelay", "30"),
            ("Reconnect:MaxAttempt", "5"),
            ("Reconnect:MaxAttempts", "0"));

        Assert.That(Mistakes(), Is.EquivalentTo(new[]
        {
            "Shop:Wamp:Url: must be an address that begins with ws:// or wss://, such as wss://example.com/ws, or for RawSocket with tcp://, tcps:// or unix:, such as tcp://example.com:8080, not 'http://example.com/ws'",
            "Shop:Wamp:Relm: there is no such setting; did you mean 'Realm'?",
            "Shop:Wamp:Realm: is missing: the realm to join",
            "Shop:Wamp:Ticket: is missing: the ticket of 'anna', or its Secret",
            "Shop:Wamp:JoinTimeout: must be a time such as 00:00:10 (hours:minutes:seconds), not 'soon'",
            "Shop:Wamp:CloseTimeout: must be positive",
            "Shop:Wamp:MaxUnsentBytes: must be a whole number, not 'many'",
            "Shop:Wamp:WaitForConnection: must be true or false, not 'maybe'",
            "Shop:Wamp:Serializers:0: must be 'Json' or 'MessagePack' or 'Cbor', not 'Xml'",
            "Shop:Wamp:WhenDisconnected: must be 'Fail' or 'Wait', not '3'",
            "Shop:Wamp:Reconnect:MaxDelay: 30 means 30 days; write 00:00:30 for 30 seconds",
            "Shop:Wamp:Reconnect:MaxAttempt: there is no such setting; did you mean 'MaxAttempts'?",
            "Shop:Wamp:Reconnect:MaxAttempts: must be at least 1",
        }));
    }

    [TestCaseSource(nameof(Keys))]
    public void Start_KeyThatIsNearlyASetting_ProposesIt(string key)
    {
        _hosted.AddConfigured([.. Right, ($"{key}x", "1")]);

        Assert.That(Mistakes(), Is.EqualTo(new[] { $"Shop:Wamp:{key}x: there is no such setting; did you mean '{key.Split(':')[^1]}'?" }));
    }

    [Test]
    public void Start_ATextInPlaceOfTheSection_IsAMistake()
    {
        _hosted.AddConfigured([.. Right, ("Reconnect", "always")]);

        Assert.That(Mistakes(), Is.EqualTo(new[] { "Shop:Wamp:Reconnect: has settings of its own: write { … }" }));
    }

    [TestCaseSource(nameof(OutOfRange))]
    public void Start_ValueThatIsNone_IsAMistake(Action<WampClientSettings> change, string expected)
    {
        _hosted.Add(change);

        Assert.That(Mistakes(), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Start_SettingsOfATransportOrALoginThatCodeMakes_AreMistakes()
    {
        _hosted.Add(settings => (settings.Url, settings.Batched, settings.AuthId, settings.Secret) = ("ws://localhost/ws", true, "anna", "s3cret")).UseAuthentication(_ => WampAuthentication.Anonymous);

        Assert.That(Mistakes(), Is.EqualTo(new[]
        {
            "Url: must be left out, because UseTransport is called",
            "Batched: must be left out, because UseTransport is called: say it of the transport",
            "AuthId: must be left out, because UseAuthentication is called",
            "Secret: must be left out, because UseAuthentication is called",
        }));
    }

    [Test]
    public async Task Start_TheLongestTimes_AreTaken()
    {
        _hosted.Add(settings => settings.JoinTimeout = settings.CloseTimeout = settings.Reconnect.MaxDelay = settings.Reconnect.InitialDelay = TimeSpan.FromDays(49));
        _hosted.Router.IsDown = true;
        var errors = new BackgroundErrors(_hosted.Client);

        await _hosted.StartAsync();

        Assert.That((await errors.NextAsync()).Exception.Message, Does.Contain("nobody listens"), "and not that a timer cannot hold them");
        await _hosted.StopAsync();
    }

    private static IEnumerable<TestCaseData> OutOfRange()
    {
        const string AtMost = "must be at most 49.00:00:00 (49 days)";
        foreach (var (change, expected) in new (Action<WampClientSettings>, string)[]
        {
            (settings => settings.Serializers.Add((WampSerializer)9), "Serializers:0: '9' is not one of its values"),
            (settings => settings.WhenDisconnected = (WampDisconnectedBehavior)9, "WhenDisconnected: '9' is not one of its values"),
            (settings => settings.Reconnect.WhenRefused = (WampRefusedBehavior)9, "Reconnect:WhenRefused: '9' is not one of its values"),
            (settings => settings.JoinTimeout = TimeSpan.MaxValue, $"JoinTimeout: {AtMost}"),
            (settings => settings.JoinTimeout = TimeSpan.MinValue, "JoinTimeout: must be positive"),
            (settings => settings.CloseTimeout = TimeSpan.MaxValue, $"CloseTimeout: {AtMost}"),
            (settings => settings.CloseTimeout = TimeSpan.FromDays(50), $"CloseTimeout: {AtMost}"),
            (settings => settings.Reconnect.MaxDelay = TimeSpan.MaxValue, $"Reconnect:MaxDelay: {AtMost}"),
            (settings => settings.Reconnect.InitialDelay = TimeSpan.Zero, "Reconnect:InitialDelay: must be positive"),
            (settings => settings.Reconnect.MaxDelay = TimeSpan.Zero, "Reconnect:MaxDelay: must not be shorter than InitialDelay"),
            (settings => settings.Reconnect.MaxAttempts = 0, "Reconnect:MaxAttempts: must be at least 1"),
            (settings => settings.MaxUnsentBytes = 1023, "MaxUnsentBytes: must be at least 1024"),
            (settings => settings.ResumeKeptBytes = -1, "ResumeKeptBytes: must be at least 1024"),
            (settings => (settings.Resume, settings.Reconnect.Enabled) = (true, false), "Resume: needs Reconnect:Enabled"),
            (settings => settings.Realm = "", "Realm: is missing: the realm to join"),
            (settings => settings.Ticket = "s3cret", "AuthId: is missing: the user whose Ticket is given"),
            (settings => settings.Secret = "s3cret", "AuthId: is missing: the user whose Secret is given"),
            (settings => (settings.AuthId, settings.Ticket, settings.Secret) = ("anna", "a", "b"), "Secret: must be left out where there is a Ticket: one of them says how the client logs in"),
            (settings => (settings.AuthId, settings.Token) = ("anna", "wamp_x"), "AuthId: must be left out where there is a Token, which alone says who the client is"),
            (settings => (settings.Secret, settings.Token) = ("a", "wamp_x"), "Secret: must be left out where there is a Token, which alone says who the client is"),
            (settings => settings.MaxSecretIterations = 0, "MaxSecretIterations: must be at least 1"),
        })
        {
            yield return new TestCaseData(change, expected).SetArgDisplayNames(expected);
        }

        Action<WampClientSettings> twice = settings =>
        {
            settings.Serializers.Add(WampSerializer.Cbor);
            settings.Serializers.Add(WampSerializer.Cbor);
        };
        yield return new TestCaseData(twice, "Serializers:1: 'Cbor' is there already").SetArgDisplayNames("twice");
    }

    private static IEnumerable<string> Keys() => KeysOf(typeof(WampClientSettings), "");

    private static IEnumerable<string> KeysOf(Type settings, string prefix) =>
        settings.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
            property.PropertyType.Namespace == settings.Namespace && property.PropertyType.IsClass ? KeysOf(property.PropertyType, $"{prefix}{property.Name}:") : [prefix + property.Name]);

    private IEnumerable<string> Mistakes() => Assert.CatchAsync<OptionsValidationException>(_hosted.StartAsync)!.Failures;
}
