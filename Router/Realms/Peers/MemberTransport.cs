using System.Net;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>What other sessions may be told about how a session reached the router.</summary>
/// <param name="Type">The transport's name, such as <c>websocket</c>.</param>
/// <param name="Serializer">The format of its messages.</param>
/// <param name="IsSecure">Whether the connection is encrypted.</param>
/// <param name="Peer">The address of the other end; null in memory.</param>
/// <param name="Client">The client's address where the other end is a proxy that names it; null otherwise.</param>
internal sealed record MemberTransport(string Type, WireFormat Serializer, bool IsSecure, EndPoint? Peer, IPAddress? Client = null);
