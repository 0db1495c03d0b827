using System.Globalization;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>Keeps the server and the load generator on different cores, so that neither takes time from the other.</summary>
internal sealed class CpuAffinity
{
    private readonly byte[] _server;
    private readonly byte[] _generator;

    private CpuAffinity(byte[] allowed, int server, int generator)
    {
        (ServerCore, GeneratorCore) = (server, generator);
        _server = server < 0 ? allowed : MaskOf(allowed.Length, server);
        _generator = generator < 0 ? allowed : MaskOf(allowed.Length, generator);
    }

    /// <summary>The core servers run on; -1 where there is only one core to share.</summary>
    public int ServerCore { get; }

    /// <summary>The core the load generator runs on; -1 where there is only one core to share.</summary>
    public int GeneratorCore { get; }

    /// <summary>True where server and generator do not share a core.</summary>
    public bool IsPinned => ServerCore >= 0;

    /// <summary>Takes the first allowed core for the server and the last one for the generator.</summary>
    public static CpuAffinity OfThisMachine()
    {
        var allowed = Linux.GetAffinity();
        var cores = Enumerable.Range(0, allowed.Length * 8).Where(core => (allowed[core / 8] & (1 << (core % 8))) != 0).ToArray();
        return cores.Length < 2 ? new CpuAffinity(allowed, -1, -1) : new CpuAffinity(allowed, cores[0], cores[^1]);
    }

    /// <summary>Moves every thread of this process to the generator's core.</summary>
    public void PinGenerator()
    {
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            Linux.SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), _generator);
        }
    }

    /// <summary>
    /// Starts a process on the server's core. A child inherits the mask of the thread that starts it, so it is on its core from
    /// the first instruction and its runtime sees one processor.
    /// </summary>
    public T OnServerCore<T>(Func<T> start)
    {
        var before = Linux.GetAffinity();
        Linux.SetAffinity(0, _server);
        try
        {
            return start();
        }
        finally
        {
            Linux.SetAffinity(0, before);
        }
    }

    private static byte[] MaskOf(int length, int core)
    {
        var mask = new byte[length];
        mask[core / 8] = (byte)(1 << (core % 8));
        return mask;
    }
}
