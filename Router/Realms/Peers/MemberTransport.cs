using System.Net;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>What others may be told about the way a session came in.</summary>
/// <param name="Type">The transport's name, such as <c>websocket</c>.</param>
/// <param name="Serializer">What its messages are encoded in.</param>
/// <param name="IsSecure">Whether the connection is encrypted.</param>
/// <param name="Peer">Where the other end is; null in memory.</param>
internal sealed record MemberTransport(string Type, WireFormat Serializer, bool IsSecure, EndPoint? Peer);
