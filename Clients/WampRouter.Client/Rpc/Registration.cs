using WampRouter.Client.Sessions;

namespace WampRouter.Client.Rpc;

/// <summary>One procedure this client offers, over all its sessions.</summary>
internal sealed class Registration
{
    private readonly ISessionOwner _owner;
    private readonly StallWatch _stalls;

    public Registration(string procedure, WampRegisterOptions options, Func<WampInvocation, Task<WampPayload?>> handler, ISessionOwner owner, TimeProvider time)
    {
        Procedure = procedure;
        Options = options;
        _owner = owner;
        Pump = new BoundedPump<WampInvocation>(options.Concurrency, options.QueueSize, i => i.Owner.RunAsync(i, handler));
        _stalls = new StallWatch(Pump, time, Stalled);
    }

    public string Procedure { get; }

    public WampRegisterOptions Options { get; }

    /// <summary>Runs the invocations.</summary>
    private BoundedPump<WampInvocation> Pump { get; }

    /// <summary>Held while REGISTER or UNREGISTER is under way.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The session in which <see cref="Id"/> is registered, if any. Under the gate.</summary>
    public Session? Session { get; set; }

    public ulong Id { get; set; }

    /// <summary>Its owner does not want it any more. Under the gate.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Completes when the router took it back, with the reason. From then on it is as good as removed.</summary>
    public TaskCompletionSource<string> Revocation { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes an invocation, if it may run or wait. Read loop only.</summary>
    public bool TryPost(WampInvocation invocation)
    {
        var outcome = Pump.Post(invocation, displaceOldest: false);
        var waits = outcome is PumpOutcome.QueuedAlone or PumpOutcome.Queued;
        if (waits)
        {
            _stalls.Waits();
        }

        return waits || outcome == PumpOutcome.Started;
    }

    public bool IsRevoked => Revocation.Task.IsCompleted;

    private void Stalled(int waiting) => _owner.Report(
        WampBackgroundErrorKind.CallsStalled,
        Procedure,
        new TimeoutException(
            $"None of the {Options.Concurrency} calls of '{Procedure}' that run has ended for {StallWatch.Patience.TotalSeconds:0} s, and {waiting} wait: " +
            $"{nameof(WampRegisterOptions)}.{nameof(WampRegisterOptions.Concurrency)} lets no more run. If the procedure calls itself, directly or by way of others, " +
            $"the calls that run wait for those that may not: raise {nameof(WampRegisterOptions.Concurrency)} above the depth, or call less deep."));
}
