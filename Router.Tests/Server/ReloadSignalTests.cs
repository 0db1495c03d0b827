using WampRouter.Server;

namespace WampRouter.Tests.Server;

public sealed class ReloadSignalTests
{
    private int _reloads;

    [SetUp]
    public void Forget() => _reloads = 0;

    [Test]
    public void Come_BeforeTheRouterRuns_IsRememberedAndObeyedThen()
    {
        using var signal = new ReloadSignal();

        signal.Come();
        signal.Come();
        Assert.That(_reloads, Is.Zero);
        signal.Obey(() => _reloads++);

        Assert.That(_reloads, Is.EqualTo(1), "one reload reads everything");
    }

    [Test]
    public void Come_WhileTheRouterRuns_IsObeyedEachTime()
    {
        using var signal = new ReloadSignal();
        signal.Obey(() => _reloads++);
        Assert.That(_reloads, Is.Zero);

        signal.Come();
        signal.Come();

        Assert.That(_reloads, Is.EqualTo(2));
    }
}
