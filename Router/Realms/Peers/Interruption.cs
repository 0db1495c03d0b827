namespace WampRouter.Realms.Peers;

/// <summary>Why a session does not go on with its next message at once.</summary>
internal abstract record Interruption;
