using NUnit.Framework.Interfaces;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Fixtures with one running router: started before their tests, and asked to end after them, which is a test as well.</summary>
[Category("EndToEnd")]
public abstract class RunningRouter(RouterBuild build)
{
    private RouterProcess? _router;

    private protected RouterProcess Router => _router!;

    protected RouterBuild Build => build;

    [OneTimeSetUp]
    public async Task StartRouter() => _router = await RouterProcess.StartAsync(build);

    [OneTimeTearDown]
    public async Task StopRouter()
    {
        if (_router is null)
        {
            return;
        }

        try
        {
            var end = await _router.StopAsync();
            Assert.That(end, Is.EqualTo((0, "wamp.close.system_shutdown")), "exit code and reason in GOODBYE");
        }
        finally
        {
            await _router.DisposeAsync();
        }
    }

    [TearDown]
    public void ShowOutputOfFailed()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
        {
            TestContext.Out.WriteLine(_router);
        }
    }
}
