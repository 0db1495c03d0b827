using WampRouter.Client.Sessions;

namespace WampRouter.Client.Rpc;

/// <summary>One procedure this client offers, over all its sessions.</summary>
internal sealed class Registration
{
    public Registration(string procedure, WampRegisterOptions options, Func<WampInvocation, Task<WampPayload?>> handler)
    {
        Procedure = procedure;
        Options = options;
        Pump = new BoundedPump<WampInvocation>(options.Concurrency, options.QueueSize, i => i.Session.Invocations.RunAsync(i, handler));
    }

    public string Procedure { get; }

    public WampRegisterOptions Options { get; }

    /// <summary>Runs the invocations.</summary>
    public BoundedPump<WampInvocation> Pump { get; }

    /// <summary>Held while REGISTER or UNREGISTER is under way.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The session in which <see cref="Id"/> is registered, if any. Under the gate.</summary>
    public Session? Session { get; set; }

    public ulong Id { get; set; }

    /// <summary>Its owner does not want it any more. Under the gate.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Completes when the router took it back, with the reason. From then on it is as good as removed.</summary>
    public TaskCompletionSource<string> Revocation { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRevoked => Revocation.Task.IsCompleted;
}
