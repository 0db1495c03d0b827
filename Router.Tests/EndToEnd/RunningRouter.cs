using NUnit.Framework.Interfaces;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Fixtures with one running router: started before their tests, and asked to end after them, which is a test as well.</summary>
/// <param name="build">In which form.</param>
/// <param name="prepare">Changes the directory it is started in.</param>
[Category("EndToEnd")]
public abstract class RunningRouter(RouterBuild build, Action<string>? prepare = null)
{
    private RouterProcess? _router;

    private protected RouterProcess Router => _router!;

    protected RouterBuild Build => build;

    [OneTimeSetUp]
    public async Task StartRouter() => _router = await RouterProcess.StartAsync(build, prepare);

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
            Assert.That(end, Is.EqualTo((0, "code 1012")), "exit code, and that of the connections' Close");
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
