using System.Buffers.Text;

namespace WampRouter.Benchmarks.Dialects;

/// <summary>What a message from the server means to a workload, whatever protocol it came in.</summary>
internal enum IncomingKind
{
    /// <summary>Nothing a workload cares about.</summary>
    Ignored,

    /// <summary>The session is established.</summary>
    Joined,

    /// <summary>A subscription or a registration is in place.</summary>
    Acknowledged,

    /// <summary>A published payload.</summary>
    Event,

    /// <summary>A call to answer.</summary>
    Invocation,

    /// <summary>The answer to a call.</summary>
    Result,

    /// <summary>The server said goodbye.</summary>
    Left,

    /// <summary>The server refused something, or sent what cannot be understood: the measurement is void.</summary>
    Fault,
}

/// <summary>One message from the server. Borrows the receive buffer.</summary>
internal readonly ref struct Incoming(IncomingKind kind, ReadOnlySpan<byte> id, ReadOnlySpan<byte> payload)
{
    /// <summary>What it means.</summary>
    public IncomingKind Kind { get; } = kind;

    /// <summary>The request id of an invocation or a result, as the server wrote it.</summary>
    public ReadOnlySpan<byte> Id { get; } = id;

    /// <summary>The <see cref="TestPayload"/> of an event, an invocation or a result; of a fault: the whole message.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary><see cref="Id"/> as a number; 0 if it is none.</summary>
    public uint Request => Utf8Parser.TryParse(Id, out uint number, out _) ? number : 0;
}
