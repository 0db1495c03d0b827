using System.Globalization;
using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace WampRouter.Mutation.InScratch;

/// <summary>
/// The main program of the mutated tests. <c>coverage FILE</c> runs all but the end-to-end tests and writes for each how long it took and which faults it passed;
/// <c>run FILE</c> runs the tests named there, in that order by groups, until one fails. The last line printed says how it ended.
/// </summary>
internal static class TestRun
{
    private const int FirstGroup = 50;

    private static async Task<int> Main(string[] arguments)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        // What a test passes is its own only if its end is told before the next one begins.
        var settings = new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0, ["SynchronousEvents"] = true };
        if (arguments[0] == "coverage")
        {
            using var file = new StreamWriter(arguments[1]);
            runner.Load(Assembly.GetExecutingAssembly(), settings);
            runner.Run(new CoverageListener(file), TestFilter.FromXml("<filter><not><cat>EndToEnd</cat></not></filter>"));
            return 0;
        }

        var listener = new VerdictListener(output);
        var names = (await File.ReadAllLinesAsync(arguments[1])).Where(name => name.All(System.Xml.XmlConvert.IsXmlChar)).ToArray();     // a filter is XML, which cannot name the others
        settings["LOAD"] = names.Select(FixtureOf).Distinct().ToList();     // to make all ten thousand takes longer than to run most
        runner.Load(Assembly.GetExecutingAssembly(), settings);
        for (var (start, length) = (0, FirstGroup); start < names.Length; start += length, length *= 4)
        {
            var group = names.Skip(start).Take(length).Select(name => $"<test>{System.Security.SecurityElement.Escape(name)}</test>");
            runner.Run(listener, TestFilter.FromXml($"<filter><or>{string.Concat(group)}</or></filter>"));
        }

        await output.WriteLineAsync("SURVIVED");
        await output.FlushAsync();
        Environment.Exit(0);
        return 0;
    }

    /// <summary>The type of a test: <c>Type.Method(arguments)</c>, or <c>Type(arguments).Method(arguments)</c>.</summary>
    private static string FixtureOf(string test)
    {
        var beforeArguments = test.Split('(')[0];
        return test.Contains(").", StringComparison.Ordinal) && Assembly.GetExecutingAssembly().GetType(beforeArguments) is not null
            ? beforeArguments
            : beforeArguments[..beforeArguments.LastIndexOf('.')];
    }

    /// <summary>What both kinds of run do not care for.</summary>
    private abstract class LeafListener : ITestListener
    {
        public void TestStarted(ITest test)
        {
            if (!test.IsSuite)
            {
                Started(test);
            }
        }

        public void TestFinished(ITestResult result)
        {
            // A suite fails with its tests; if it fails by itself, its set-up or tear-down did.
            if (!result.Test.IsSuite || (result.ResultState.Status == TestStatus.Failed && result.ResultState.Site is FailureSite.SetUp or FailureSite.TearDown))
            {
                Finished(result);
            }
        }

        public void TestOutput(TestOutput output)
        {
        }

        public void SendMessage(TestMessage message)
        {
        }

        protected abstract void Started(ITest test);

        protected abstract void Finished(ITestResult result);
    }

    private sealed class CoverageListener(StreamWriter file) : LeafListener
    {
        private readonly byte[][] _reached =
        [
            .. from assembly in new[] { "WampRouter", "WampRouter.Client" }
               let type = Assembly.Load(assembly).GetType(typeof(TestRun).Namespace + ".MutantSwitch")
               where type is not null
               select (byte[])type.GetField("Reached")!.GetValue(null)!,
        ];

        protected override void Started(ITest test)
        {
        }

        protected override void Finished(ITestResult result)
        {
            // What was passed between two tests, in a set-up of the fixture, counts for the one that comes next.
            var ids = new List<int>();
            foreach (var reached in _reached)
            {
                for (var id = 0; id < reached.Length; id++)
                {
                    if (reached[id] != 0)
                    {
                        ids.Add(id);
                        reached[id] = 0;
                    }
                }
            }

            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(result.Test.IsSuite ? "" : result.FullName)}\t{result.Duration:0.0000}\t{result.ResultState.Status}\t{string.Join(',', ids)}"));
        }
    }

    private sealed class VerdictListener(StreamWriter output) : LeafListener
    {
        private static readonly TimeSpan MostWork = TimeSpan.FromSeconds(20);
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

        private Timer? _watchdog;

        /// <summary>A test that hangs in a loop is ended by the work it did; one that only waits ends by itself before the time is over, which is long because the machine may be busy.</summary>
        protected override void Started(ITest test)
        {
            var (work, begin) = (Environment.CpuUsage.TotalTime, Environment.TickCount64);
            var isOver = new Func<bool>(() => Environment.CpuUsage.TotalTime - work > MostWork || Environment.TickCount64 - begin > Patience.TotalMilliseconds);
            _watchdog = new Timer(
                _ =>
                {
                    if (isOver())
                    {
                        End($"TIMEOUT {test.FullName}");
                    }
                },
                null,
                TimeSpan.FromSeconds(1),
                TimeSpan.FromSeconds(1));
        }

        protected override void Finished(ITestResult result)
        {
            _watchdog?.Dispose();
            if (result.ResultState.Status == TestStatus.Failed)
            {
                End($"KILLED {result.FullName}: {result.Message?.ReplaceLineEndings(" ")}");
            }
        }

        /// <summary>At once: a process with a fault in it may not be able to end in order.</summary>
        private void End(string verdict)
        {
            output.WriteLine(verdict);
            output.Flush();
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        }
    }
}
