using System.Net;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>What other sessions may be told about how a session reached the router.</summary>
/// <param name="Type">The transport's name, such as <c>websocket</c>.</param>
/// <param name="Serializer">The format of its messages.</param>
/// <param name="IsSecure">Whether the connection is encrypted.</param>
/// <param name="Peer">The address of the other end; null in memory.</param>
internal sealed record MemberTransport(string Type, WireFormat Serializer, bool IsSecure, EndPoint? Peer);
