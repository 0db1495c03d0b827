using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace WampRouter.Benchmarks.Micro;

/// <summary>
/// The <c>micro</c> command: BenchmarkDotNet, options passed on to it. In process, because the projects it generates otherwise would be
/// built under this repository's rules (warnings are errors, versions are central), which they were not made for.
/// Fails when anything allocates that is not of the category <see cref="MayAllocate"/>.
/// </summary>
internal static class MicroCommand
{
    /// <summary>The category of benchmarks of what happens once, such as the first message that names a URI.</summary>
    public const string MayAllocate = "may-allocate";

    /// <param name="arguments">BenchmarkDotNet's own; by default everything is run, with a short job.</param>
    public static int Run(string[] arguments)
    {
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .HideColumns(Column.Job, Column.Error, Column.StdDev, Column.RatioSD)
            .WithOptions(ConfigOptions.DisableLogFile);
        string[] all = arguments.Length == 0 ? ["--filter", "*"] : arguments;
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(all, config);
        var reports = summaries.SelectMany(summary => summary.Reports).ToArray();
        var allocating = reports
            .Where(report => !report.BenchmarkCase.Descriptor.HasCategory(MayAllocate) && report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) > 0)
            .ToArray();
        foreach (var report in allocating)
        {
            Console.Error.WriteLine($"allocates: {report.BenchmarkCase.DisplayInfo}");
        }

        return allocating.Length == 0 && reports.All(report => report.Success) ? 0 : 1;
    }
}
