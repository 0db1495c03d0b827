namespace WampRouter.Sessions.Resumption;

/// <summary>The result of a request to resume a session. Metrics and the log show these names.</summary>
internal enum ResumptionOutcome
{
    /// <summary>The session goes on.</summary>
    Resumed,

    /// <summary>The session's former connection has not ended yet: ask again when it has.</summary>
    Busy,

    /// <summary>The realm has no such session, or it cannot be resumed. Perhaps its window is over.</summary>
    Unknown,

    /// <summary>The token is not the session's.</summary>
    WrongToken,

    /// <summary>The token is right, but another identity logged in.</summary>
    OtherIdentity,

    /// <summary>Serializer or framing differ from the session's, so the kept frames cannot be sent.</summary>
    OtherEncoding,

    /// <summary>Frames that the client has not received are no longer kept, or the client claims to have received more than was sent.</summary>
    FramesGone,
}
