using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Client.Hosting;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What an application does that is refused what it is for, and what it waits for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostedRefusalTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly HostedClient _hosted = new();
    private readonly ManualTime _time = new();

    [TearDown]
    public async Task DisposeAsync() => await _hosted.DisposeAsync();

    [TestCase("wamp.error.no_such_realm")]
    [TestCase("wamp.error.no_such_role")]
    [TestCase("wamp.error.no_such_principal")]
    [TestCase("wamp.error.not_authorized")]
    [TestCase("wamp.error.authentication_denied")]
    [TestCase("wamp.error.authentication_required")]
    [TestCase("wamp.error.no_matching_auth_method")]
    [TestCase("wamp.error.protocol_violation")]
    public async Task Start_Refused_FailsAndSaysWhy(string reason)
    {
        Add(settings => settings.WaitForConnection = true);
        var starting = _hosted.StartAsync();

        await RefuseAsync(reason);

        Assert.That(async () => await starting, Throws.TypeOf<WampConnectionException>().With.Message.EqualTo($"The router refused realm 'realm1' with {reason}: not like this"));
    }

    [TestCase("wamp.error.unavailable")]
    [TestCase("wamp.error.authentication_failed")]
    [TestCase("wamp.close.system_shutdown")]
    public async Task Start_RouterCannotYet_IsTriedAgain(string reason)
    {
        Add(settings => settings.WaitForConnection = true);
        var starting = _hosted.StartAsync();

        await RefuseAsync(reason);
        await RetryAsync();
        await _hosted.Router.WelcomeAsync();

        await starting;
    }

    [Test]
    public async Task Start_RefusedWithoutBeingWaitedFor_StopsTheApplicationAndSaysWhyInOneLine()
    {
        Add();
        await _hosted.StartAsync();

        await RefuseAsync("wamp.error.no_such_realm");

        await _hosted.StoppingAsync();
        Assert.That(CriticalLine(), Does.EndWith("The router refused realm 'realm1' with wamp.error.no_such_realm: not like this"));
        Assert.That(_hosted.Log.Traced, Is.Empty);
    }

    [Test]
    public async Task Start_RefusedThoughToBeRetried_IsTriedAgain()
    {
        Add(settings => settings.Reconnect.WhenRefused = WampRefusedBehavior.Retry);
        await _hosted.StartAsync();

        await RefuseAsync("wamp.error.no_such_realm");
        await RetryAsync();
        await _hosted.Router.WelcomeAsync();

        await _hosted.ReachAsync(WampClientState.Connected);
    }

    [Test]
    public async Task Start_RegistrationIsRefused_StopsTheApplicationAndSaysWhy()
    {
        Add().AddService<HostedClientTests.Counter>();
        var peer = await _hosted.JoinAsync();

        await peer.AnswerAsync("""[8,64,$,{},"wamp.error.not_authorized"]""");

        await _hosted.StoppingAsync();
        Assert.That(CriticalLine(), Does.Contain("'com.example.next' failed with wamp.error.not_authorized"));
    }

    [Test]
    public async Task Start_NothingIsOffered_StopsTheApplicationAndSaysWhy([Values] bool isTask)
    {
        Add().AddRegistration<WampRegistration>((_, _, _) => isTask ? Task.FromResult<WampRegistration>(null!) : null!);
        await _hosted.JoinAsync();

        await _hosted.StoppingAsync();
        Assert.That(CriticalLine(), Does.EndWith("What was given to AddRegistration returned null in place of a WampRegistration."));
    }

    [Test]
    public void AddRegistration_Null_IsRefused() =>
        Assert.That(() => _hosted.Add().AddRegistration<WampRegistration>(null!), Throws.ArgumentNullException);

    [Test]
    public async Task Reconnect_Refused_IsTriedAgain()
    {
        Add();
        await LoseAsync();

        await RetryAsync();
        await RefuseAsync("wamp.error.no_such_realm");
        await RetryAsync();
        await _hosted.Router.WelcomeAsync();

        await _hosted.ReachAsync(WampClientState.Connected);
    }

    [Test]
    public async Task Reconnect_RefusedWithGiveUp_ClosesTheClient()
    {
        Add(settings => settings.Reconnect.WhenRefused = WampRefusedBehavior.GiveUp);
        await LoseAsync();

        await RetryAsync();
        await RefuseAsync("wamp.error.no_such_realm");

        await _hosted.ReachAsync(WampClientState.Closed);
    }

    private WampClientBuilder Add(Action<WampClientSettings>? configure = null)
    {
        _hosted.Services.AddSingleton<TimeProvider>(_time);
        return _hosted.Add(settings => settings.Reconnect.InitialDelay = settings.Reconnect.MaxDelay = Delay).Configure(configure ?? (_ => { }));
    }

    private async Task LoseAsync()
    {
        var peer = await _hosted.JoinAsync();
        await _hosted.ReachAsync(WampClientState.Connected);
        await peer.CloseAsync();
        await _hosted.ReachAsync(WampClientState.Reconnecting);
    }

    private async Task RefuseAsync(string reason)
    {
        var peer = await _hosted.Router.AcceptAsync();
        await peer.AnswerAsync($$"""[3,{"message":"not like this"},"{{reason}}"]""");
    }

    private async Task RetryAsync()
    {
        // The delay is shortened by up to half at random.
        await _time.WhenWaitedForAsync(Delay).Soon();
        _time.Advance(Delay);
    }

    private string CriticalLine() => _hosted.Log.Entries.Single(line => line.Level == LogLevel.Critical).Text;
}
