using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>Somebody who may come in: a place in the roster is taken for it.</summary>
/// <param name="Info">What the handshake found out.</param>
/// <param name="Subprotocol">What will be spoken.</param>
internal record Guest(ConnectionDetails Info, Subprotocol Subprotocol);
