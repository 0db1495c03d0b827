using WampRouter.Tests.Conformance;

namespace WampRouter.Tests;

/// <summary>After the last test: writes docs/conformance.md and docs/conformance.json, if <c>WAMP_CONFORMANCE</c> names their folder. <c>test.sh</c> does when it runs everything.</summary>
[SetUpFixture]
public sealed class WholeRun
{
    [OneTimeTearDown]
    public void Write()
    {
        if (Environment.GetEnvironmentVariable("WAMP_CONFORMANCE") is { Length: > 0 } directory)
        {
            ConformanceReport.Write(directory);
        }
    }
}
