using System.Reflection;
using System.Runtime.InteropServices;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Report;

/// <summary>What a figure was measured on. A figure without it means nothing.</summary>
internal sealed record Machine
{
    /// <summary>The processor's model.</summary>
    public required string Processor { get; init; }

    /// <summary>Cores the machine has.</summary>
    public required int Cores { get; init; }

    /// <summary>How the cores were used.</summary>
    public required string Pinning { get; init; }

    /// <summary>The Linux kernel.</summary>
    public required string Kernel { get; init; }

    /// <summary>The .NET runtime of the load generator and of peers under the JIT.</summary>
    public required string Runtime { get; init; }

    /// <summary>The version built, with its commit.</summary>
    public required string Commit { get; init; }

    /// <summary>The load average of the last minute before the run: well below 1, or something else was using the cores.</summary>
    public required string LoadBefore { get; init; }

    /// <summary>Looks at the machine.</summary>
    public static Machine Look(CpuAffinity affinity)
    {
        var processors = File.ReadLines("/proc/cpuinfo").ToArray();
        return new Machine
        {
            Processor = processors.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
                ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Cores = processors.Count(line => line.StartsWith("processor", StringComparison.Ordinal)),
            Pinning = affinity.IsPinned
                ? $"server on core {affinity.ServerCore}, load generator on core {affinity.GeneratorCore}"
                : "server and load generator share a core",
            Kernel = "Linux " + File.ReadAllText("/proc/sys/kernel/osrelease").Split('-')[0].Trim(),
            Runtime = RuntimeInformation.FrameworkDescription,
            Commit = ShortCommit(typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion),
            LoadBefore = File.ReadAllText("/proc/loadavg").Split(' ')[0],
        };
    }

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"{Processor}, {Cores} cores ({Pinning}); {Kernel}; {Runtime}; {Commit}; load average before the run {LoadBefore}";

    private static string ShortCommit(string version)
    {
        var parts = version.Split('+');
        return parts.Length < 2 ? version : $"{parts[0]} at {parts[1][..Math.Min(10, parts[1].Length)]}";
    }
}
