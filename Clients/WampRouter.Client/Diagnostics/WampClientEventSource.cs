using System.Diagnostics.Tracing;

namespace WampRouter.Client.Diagnostics;

/// <summary>What <c>dotnet-trace</c> and <see cref="EventListener"/> see of every client in the process. Never arguments, never secrets.</summary>
[EventSource(Name = "WampRouter-Client")]
internal sealed class WampClientEventSource : EventSource
{
    public static readonly WampClientEventSource Log = new();

    [Event(1, Level = EventLevel.Informational, Message = "Realm {0}: {1}. {2}")]
    public void StateChanged(string realm, string state, string cause) => WriteEvent(1, realm, state, cause);

    [Event(2, Level = EventLevel.Warning, Message = "{0} at {1}: {2}")]
    public void BackgroundError(string kind, string uri, string error) => WriteEvent(2, kind, uri, error);

    [Event(3, Level = EventLevel.Error, Message = "A handler of {0} threw: {1}")]
    public void ObserverFailed(string name, string error) => WriteEvent(3, name, error);
}
