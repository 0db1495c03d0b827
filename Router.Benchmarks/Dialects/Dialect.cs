namespace WampRouter.Benchmarks.Dialects;

/// <summary>
/// What a peer speaks inside WebSocket messages, as far as the workloads need it. Builds messages into a scratch buffer the caller
/// lends and allocates nothing; holds no state, so all sessions share one.
/// </summary>
internal abstract class Dialect
{
    /// <summary>The longest message any dialect builds.</summary>
    public const int MaxMessage = 1024;

    /// <summary>The WebSocket subprotocol to ask for; empty for none.</summary>
    public abstract string Subprotocol { get; }

    /// <summary>The first message of a session, answered by <see cref="IncomingKind.Joined"/>.</summary>
    public abstract ReadOnlySpan<byte> Hello { get; }

    /// <summary>The last message of a session, answered by <see cref="IncomingKind.Left"/> or the end of the connection.</summary>
    public abstract ReadOnlySpan<byte> Goodbye { get; }

    /// <summary>How much of a WebSocket message is one message of the dialect, separator included.</summary>
    public abstract int NextLength(ReadOnlySpan<byte> message);

    /// <summary>Reads one message.</summary>
    public abstract Incoming Read(ReadOnlySpan<byte> message);

    /// <summary>Subscribes to the one topic of the workloads.</summary>
    public abstract ReadOnlySpan<byte> Subscribe(Span<byte> scratch, uint request);

    /// <summary>Registers one of the procedures, 0 to 9.</summary>
    public abstract ReadOnlySpan<byte> Register(Span<byte> scratch, uint request, int procedure);

    /// <summary>Publishes to the topic, without acknowledgement.</summary>
    public abstract ReadOnlySpan<byte> Publish(Span<byte> scratch, uint request, ReadOnlySpan<byte> payload);

    /// <summary>Calls a procedure.</summary>
    public abstract ReadOnlySpan<byte> Call(Span<byte> scratch, uint request, int procedure, ReadOnlySpan<byte> payload);

    /// <summary>Answers an invocation with its own payload.</summary>
    public abstract ReadOnlySpan<byte> Answer(Span<byte> scratch, in Incoming invocation);
}
