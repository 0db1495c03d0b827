using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Client;

/// <summary>How the router picks one of several callees of the same procedure.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The specification calls it so.")]
public enum WampInvokePolicy
{
    /// <summary>There may be only one.</summary>
    Single,

    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>Any.</summary>
    Random,

    /// <summary>The one that registered first; the others stand by.</summary>
    First,

    /// <summary>The one that registered last.</summary>
    Last,
}

/// <summary>How to register.</summary>
public sealed record WampRegisterOptions
{
    /// <summary>How the procedure's URI is compared with those of calls. Default: exact.</summary>
    public WampMatch Match { get; init; } = WampMatch.Exact;

    /// <summary>
    /// Whether a <c>*</c> in the URI is meant as the character it is. WAMP has no such wildcard, so it nearly always is a mistake that would wait for calls that never come. Default
    /// <see langword="false"/>: such a URI is an <see cref="ArgumentException"/>.
    /// </summary>
    public bool AsteriskIsLiteral { get; init; }

    /// <summary>Whether others may register the procedure too, and who then is called. Default: single.</summary>
    public WampInvokePolicy Invoke { get; init; } = WampInvokePolicy.Single;

    /// <summary>Whether the router is to say who calls. It decides. Default <see langword="false"/>.</summary>
    public bool DiscloseCaller { get; init; }

    /// <summary>Whether whoever has registered the procedure now loses it. Default <see langword="false"/>.</summary>
    public bool ForceReregister { get; init; }

    /// <summary>
    /// Whether the procedure keeps the time of its calls itself: it is told <see cref="WampInvocation.Timeout"/>, and the router does not interrupt it.
    /// Default <see langword="false"/>.
    /// </summary>
    public bool ForwardTimeout { get; init; }

    /// <summary>How many calls the router sends at once; more wait there, or go to another callee. Default <see langword="null"/>: any number.</summary>
    public int? RouterConcurrency { get; init; }

    /// <summary>
    /// Under which name the client owns its share of calls made with a <see cref="WampCallOptions.ResourceKey"/>, the same after a restart if it is a name of its own.
    /// Default: under its session id.
    /// </summary>
    public WampShardKey? NodeKey { get; init; }

    /// <summary>
    /// Whether a call with more arguments than a typed procedure has parameters for is answered with <see cref="WampErrorUri.InvalidArgument"/>. Default <see langword="false"/>: they are passed over, so
    /// that callers can be ahead of the procedure. A procedure with a parameter of type <see cref="WampInvocation"/> or <see cref="WampArguments"/> takes any number.
    /// </summary>
    public bool RefuseExtraArguments { get; init; }

    /// <summary>
    /// How many invocations run at once. Default 64. A procedure that calls itself, directly or by way of others, needs more than it is deep, or its calls wait for each other
    /// (<see cref="WampBackgroundErrorKind.CallsStalled"/>).
    /// </summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>How many more may wait; beyond them callers get <see cref="WampErrorUri.Unavailable"/>, which lets the router try another callee. Default 1024.</summary>
    public int QueueSize { get; init; } = 1024;

    /// <summary>
    /// How many pieces of one call may wait for <see cref="WampInvocation.ReadPiecesAsync"/>. Beyond them the reading fails, after those that wait, with
    /// <see cref="WampErrorUri.Unavailable"/>. Default 1024.
    /// </summary>
    public int BufferSize { get; init; } = 1024;
}
