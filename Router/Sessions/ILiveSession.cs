namespace WampRouter.Sessions;

/// <summary>An established session: one that lives and ends with its connection, or one that can be resumed on another. Any thread.</summary>
internal interface ILiveSession
{
    /// <summary>How many of its calls wait for a result.</summary>
    int PendingCalls { get; }

    /// <summary>Ends the session from outside its loop, with a GOODBYE where it has a connection.</summary>
    void Goodbye(string reason, string? message);
}
