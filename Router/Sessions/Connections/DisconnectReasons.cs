namespace WampRouter.Sessions.Connections;

/// <summary>Reasons for the end of a connection, in words for the log.</summary>
internal static class DisconnectReasons
{
    /// <summary>The end of a sentence.</summary>
    public static string InWords(this DisconnectReason reason) => reason switch
    {
        DisconnectReason.ClosedByPeer => "the peer has closed the connection",
        DisconnectReason.ClosedByRouter => "the router has closed the connection",
        DisconnectReason.ConnectionLost => "the connection was lost",
        DisconnectReason.PingTimeout => "no pong came in time",
        DisconnectReason.TransportViolation => "the peer broke the protocol of the transport",
        DisconnectReason.SessionFailed => "the router failed at a message",
        DisconnectReason.MessageTimeout => "a message was not completed in time",
        DisconnectReason.InboundPressure => "unfinished messages hold too many bytes",
        DisconnectReason.Stalled => "the peer has read nothing for too long",
        DisconnectReason.PollTimeout => "the peer has asked for no messages for too long",
        _ => "the peer reads nothing, and others need the bytes that wait for it",
    };
}
