namespace WampRouter.Sessions;

/// <summary>An established session: one that lives and ends with its connection, or one that can be resumed on another. Any thread.</summary>
internal interface ILiveSession
{
    /// <summary>Its calls whose results somebody waits for.</summary>
    int PendingCalls { get; }

    /// <summary>Ends it from outside its loop, with a GOODBYE where there is a connection.</summary>
    void Goodbye(string reason, string? message);
}
