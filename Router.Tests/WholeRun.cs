using WampRouter.Tests.Conformance;

namespace WampRouter.Tests;

/// <summary>Before the first test, and after the last one, which writes docs/conformance.md and docs/conformance.json, if <c>WAMP_CONFORMANCE</c> names their folder. <c>test.sh</c> does when it runs everything.</summary>
[SetUpFixture]
public sealed class WholeRun
{
    /// <summary>No host of a test watches its settings file: there may be as many hosts at once as the system has watches, of all that run on this machine.</summary>
    [OneTimeSetUp]
    public void WatchNothing() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");

    [OneTimeTearDown]
    public void Write()
    {
        if (Environment.GetEnvironmentVariable("WAMP_CONFORMANCE") is { Length: > 0 } directory)
        {
            ConformanceReport.Write(directory);
        }
    }
}
