namespace WampRouter.Sessions.Resumption;

/// <summary>What became of the wish to resume a session. Its names are what metrics and the log say.</summary>
internal enum ResumptionOutcome
{
    /// <summary>The session goes on.</summary>
    Resumed,

    /// <summary>Its former connection has not ended yet: ask again when it has.</summary>
    Busy,

    /// <summary>The realm has no such session, or none that can be resumed; its time may be over.</summary>
    Unknown,

    /// <summary>The token is not the session's.</summary>
    WrongToken,

    /// <summary>The token is right, but somebody else logged in.</summary>
    OtherIdentity,

    /// <summary>Serializer or framing is not the session's, so that what is kept for it cannot be sent.</summary>
    OtherEncoding,

    /// <summary>What the client has not received is no longer kept, or it claims to have received what it was never sent.</summary>
    FramesGone,
}
