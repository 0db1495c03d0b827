using System.Globalization;

namespace WampRouter.Benchmarks.Peers;

/// <summary>What the kernel says about processes and cores.</summary>
internal static class ProcessUsage
{
    // The unit of /proc/<pid>/stat: USER_HZ, 100 on every Linux that .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Processor time used so far by all its threads, in user mode and in the kernel.</summary>
    public static TimeSpan ProcessorTime(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");

        // The second field is the name in parentheses, which may hold spaces; utime and stime are fields 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return Tick * (Number(fields[11]) + Number(fields[12]));
    }

    /// <summary>Resident memory in bytes.</summary>
    public static long ResidentBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    /// <summary>How long a core was busy so far, whoever used it; what the hypervisor took from it counts as busy.</summary>
    public static TimeSpan BusyTime(int core)
    {
        // cpu0 user nice system idle iowait irq softirq steal …
        var fields = File.ReadLines("/proc/stat").First(text => text.StartsWith($"cpu{core} ", StringComparison.Ordinal)).Split(' ');
        int[] busy = [1, 2, 3, 6, 7, 8];
        return Tick * busy.Sum(field => Number(fields[field]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
