namespace WampRouter.Client.Sessions;

/// <summary>Whom a session tells what no caller waits for. Any thread; must not wait.</summary>
internal interface ISessionOwner
{
    /// <summary>Something failed in the background.</summary>
    void Report(WampBackgroundErrorKind kind, string uri, Exception exception);
}
