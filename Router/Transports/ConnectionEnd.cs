using WampRouter.Sessions;

namespace WampRouter.Transports;

/// <summary>How a connection ended.</summary>
/// <param name="Reason">What the session was told.</param>
/// <param name="IsOrderly">Whether the bytes still in the pipe are worth sending; otherwise the transport should be dropped.</param>
internal readonly record struct ConnectionEnd(DisconnectReason Reason, bool IsOrderly);
