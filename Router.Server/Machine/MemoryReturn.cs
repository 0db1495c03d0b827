using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WampRouter.Server.Machine;

/// <summary>
/// Gives memory back to the system when a peak is over, in the stand-alone router: within a minute the process is near its size before. An application that hosts the router has its own way with memory.
/// </summary>
internal sealed partial class MemoryReturn(IoBlocks blocks, TimeProvider time, ILogger<MemoryReturn> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var peaks = new MemoryPeaks(Environment.WorkingSet);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Look(peaks);
            }
        }
        catch (OperationCanceledException)
        {
            // the router stops
        }
    }

    private void Look(MemoryPeaks peaks)
    {
        var before = Environment.WorkingSet;
        switch (peaks.Look(before, GC.GetTotalMemory(forceFullCollection: false)))
        {
            case MemoryStep.Collect:
                blocks.Trim();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
                break;
            case MemoryStep.Return:
                var started = Stopwatch.GetTimestamp();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                var stopped = Stopwatch.GetElapsedTime(started);
                TrimNative();
                var after = Environment.WorkingSet;
                peaks.Returned(before, after);
                Log.Returned(logger, before / (1024 * 1024), after / (1024 * 1024), stopped.TotalMilliseconds);
                break;
        }
    }

    /// <summary>What SQLite and OpenSSL have freed stays with the C library; glibc can be asked for it.</summary>
    private static void TrimNative()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = MallocTrim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // another C library (musl), which has no such function
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    private static partial class Log
    {
        [LoggerMessage(1265, LogLevel.Debug, "Gave memory back after a peak: {Before} MB are {After} MB, everybody stood still for {Milliseconds:N0} ms")]
        public static partial void Returned(ILogger logger, long before, long after, double milliseconds);
    }
}
