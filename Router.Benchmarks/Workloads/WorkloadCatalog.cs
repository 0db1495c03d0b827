namespace WampRouter.Benchmarks.Workloads;

/// <summary>Every workload, in the order of the table in docs/performance.md.</summary>
internal static class WorkloadCatalog
{
    // The windows of the PubSub rows: some kilobytes under way for each subscriber. With a tenth of it every event has a system call
    // of its own and the rows measure the kernel (see docs/performance.md); with more, no peer gets faster and latency only grows.
    public static IReadOnlyList<Workload> All { get; } =
    [
        new CallWorkload(new Row("rpc-16x32", "RPC, 16 callers × 32 in flight, 4 callees", "calls/s"), callers: 16, window: 32, callees: 4),
        new CallWorkload(new Row("rpc-1x64", "RPC, 1 caller × 64 in flight", "calls/s"), callers: 1, window: 64, callees: 1),
        new CallWorkload(new Row("rpc-1x1", "RPC, 1 caller × 1 (ping-pong)", "calls/s"), callers: 1, window: 1, callees: 1),
        new EventWorkload(new Row("pubsub-1x1", "PubSub 1→1", "events/s"), subscribers: 1, window: 1024),
        new EventWorkload(new Row("pubsub-1x100", "PubSub 1→100", "events/s"), subscribers: 100, window: 128),
        new EventWorkload(new Row("pubsub-1x1000", "PubSub 1→1000", "events/s"), subscribers: 1000, window: 128),
        new SessionWorkload(),
    ];
}
