namespace WampRouter.Client.Sessions;

/// <summary>What a client says to get a session back whose connection it lost.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Token">The secret of its last WELCOME.</param>
/// <param name="Received">How many messages of the session have arrived: those that follow its first WELCOME.</param>
internal sealed record ResumeRequest(long Session, string Token, long Received);
