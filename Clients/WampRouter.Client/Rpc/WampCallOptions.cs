namespace WampRouter.Client;

/// <summary>What canceling a call asks of the router.</summary>
public enum WampCancelMode
{
    /// <summary>Interrupt the procedure and do not wait for it. The call ends as canceled at once.</summary>
    KillNoWait,

    /// <summary>Interrupt the procedure and wait for its answer, so that the caller knows it has stopped. If it finishes nevertheless, its result counts.</summary>
    Kill,

    /// <summary>Let the procedure run and drop its answer. The call ends as canceled at once.</summary>
    Skip,
}

/// <summary>How to call.</summary>
public sealed record WampCallOptions
{
    /// <summary>
    /// How long to wait for the result; then the call is canceled and fails with <see cref="WampErrorUri.Timeout"/>. Measured here
    /// and told to a router that announced <c>call_timeout</c>. Default: for ever.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// What a canceled cancellation token asks of the router. Default: kill without waiting. A router that did not announce <c>call_canceling</c> is asked nothing: the
    /// procedure runs on, and its result is dropped.
    /// </summary>
    public WampCancelMode CancelMode { get; init; } = WampCancelMode.KillNoWait;

    /// <summary>Whether the procedure may learn who calls. The router decides. Default <see langword="false"/>.</summary>
    public bool DiscloseMe { get; init; }

    /// <summary>
    /// Only the callee that owns this key is called, of those with a <see cref="WampRegisterOptions.NodeKey"/> or under their session ids: equal keys meet the
    /// same callee while the same ones are there. Default: the router picks by <see cref="WampRegisterOptions.Invoke"/>.
    /// </summary>
    public WampShardKey? ResourceKey { get; init; }

    /// <summary>
    /// How many results of a progressive call may wait for their reader. Beyond them the call is canceled and, after those that wait, fails with
    /// <see cref="WampErrorUri.Unavailable"/>. Default 1024.
    /// </summary>
    public int BufferSize { get; init; } = 1024;
}
