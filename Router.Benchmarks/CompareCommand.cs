using System.Text;
using WampRouter.Benchmarks.LoadGenerator;
using WampRouter.Benchmarks.Peers;
using WampRouter.Benchmarks.Report;
using WampRouter.Benchmarks.Workloads;

namespace WampRouter.Benchmarks;

/// <summary>
/// The <c>compare</c> command. Peers take turns within each row and round, so that whatever else the machine does hits all of them.
/// A server lives through all throughput rows (it is measured warm); rows about memory get a fresh one each time.
/// </summary>
internal sealed class CompareCommand(CompareOptions options, TimeProvider time) : IDisposable
{
    private readonly CpuAffinity _affinity = CpuAffinity.OfThisMachine();
    private readonly Dictionary<Peer, RunningPeer> _running = [];
    private readonly HashSet<(Peer, Workload)> _seen = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>Measures, prints the page and writes the files; what was found is written after every round.</summary>
    public async Task<int> RunAsync()
    {
        var machine = Machine.Look(_affinity);
        var begun = time.GetUtcNow();
        Console.Error.WriteLine(machine);
        for (var round = 1; round <= options.Rounds; round++)
        {
            await MeasureRoundAsync(round);
            await ReportFiles.WriteAsync(Found(machine, begun), options.JsonPath, options.MarkdownPath);
        }

        Console.WriteLine(MarkdownReport.Of(Found(machine, begun)));
        return _measurements.TrueForAll(measurement => measurement.Failure is null) ? 0 : 1;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var peer in _running.Values)
        {
            peer.Dispose();
        }
    }

    private Comparison Found(Machine machine, DateTimeOffset begun) => new()
    {
        Machine = machine,
        Begun = begun,
        SecondsPerMeasurement = options.Duration.TotalSeconds,
        IdleSessions = options.IdleSessions,
        Peers = [.. options.Peers.Select(peer => new PeerLine(peer.Name, peer.Description))],
        Baseline = options.Peers.FirstOrDefault(peer => peer.Name == PeerCatalog.Relay)?.Name ?? options.Peers[0].Name,
        Rows = [.. options.Workloads.SelectMany(workload => workload.Rows)
            .Select(row => new RowLine(row.Id, row.Title, row.Unit, row.MoreIsBetter))],
        Notes = _affinity.IsPinned ? options.Notes : [.. options.Notes, "one core only: server and load generator take time from each other"],
        Measurements = _measurements,
    };

    private async Task MeasureRoundAsync(int round)
    {
        foreach (var workload in options.Workloads)
        {
            foreach (var peer in options.Peers)
            {
                await MeasureAsync(peer, workload, round);
            }
        }
    }

    private async Task MeasureAsync(Peer peer, Workload workload, int round)
    {
        var settings = new MeasureSettings(
            round,
            _seen.Add((peer, workload)) ? options.FirstWarmUp : options.WarmUp,
            options.Duration,
            options.IdleSessions,
            _affinity);
        try
        {
            if (workload.NeedsFreshServer)
            {
                using var fresh = await peer.StartAsync(_affinity);
                Add(Measure(fresh, workload, settings));
            }
            else
            {
                if (!_running.TryGetValue(peer, out var running))
                {
                    _running[peer] = running = await peer.StartAsync(_affinity);
                }

                Add(Measure(running, workload, settings));
            }
        }
        catch (Exception e) when (e is WorkloadFailedException or IOException or System.ComponentModel.Win32Exception)
        {
            // A server that failed once is not trusted with the next row.
            if (_running.Remove(peer, out var failed))
            {
                failed.Dispose();
            }

            Add([.. workload.Rows.Select(row => new Measurement { Row = row.Id, Peer = peer.Name, Round = round, Failure = e.Message })]);
        }
    }

    private IReadOnlyList<Measurement> Measure(RunningPeer peer, Workload workload, MeasureSettings settings)
    {
        // Again each time: the runtime may have made threads since.
        _affinity.PinGenerator();
        return workload.Measure(peer, settings);
    }

    private void Add(IReadOnlyList<Measurement> measurements)
    {
        _measurements.AddRange(measurements);
        foreach (var measurement in measurements)
        {
            Console.Error.WriteLine($"round {measurement.Round} {measurement.Row,-14} {measurement.Peer,-11} {Describe(measurement)}");
        }
    }

    private static string Describe(Measurement measurement)
    {
        var text = new StringBuilder(measurement.Failure);
        Append($"{measurement.Value:#,0.##}", measurement.Value);
        Append($", p50 {measurement.P50Microseconds:0.#} µs", measurement.P50Microseconds);
        Append($", server {measurement.ServerMicrosecondsPerMessage:0.###} µs/message", measurement.ServerMicrosecondsPerMessage);
        Append($", core: server {measurement.ServerCore:0 %}", measurement.ServerCore);
        Append($", others {measurement.OthersOnServerCore:0 %}", measurement.OthersOnServerCore);
        Append($"; generator {measurement.GeneratorCore:0 %}", measurement.GeneratorCore);
        Append($", others {measurement.OthersOnGeneratorCore:0 %}", measurement.OthersOnGeneratorCore);
        Append($", {measurement.GeneratorAllocatedBytes:#,0} bytes allocated", measurement.GeneratorAllocatedBytes);
        return text.ToString();

        void Append(string part, double? value) => text.Append(value is null ? "" : part);
    }
}
