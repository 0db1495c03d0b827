namespace WampRouter.Http.Webhooks;

/// <summary>What is said of webhooks. Never a secret, a body or a whole URL, which may be a secret itself.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(1470, LogLevel.Warning, "Webhook {Name} of realm {Realm}: {Host} does not take events: {Problem}. They wait, and are tried again")]
    public static partial void Failing(ILogger logger, string realm, string name, string host, string problem);

    [LoggerMessage(1471, LogLevel.Information, "Webhook {Name} of realm {Realm}: {Host} takes events again, after {Time}; events that wait: {Waiting}")]
    public static partial void Recovered(ILogger logger, string realm, string name, string host, TimeSpan time, int waiting);

    [LoggerMessage(1472, LogLevel.Error, "Webhook {Name} of realm {Realm}: event {Id} is given up and a dead letter now, after so many attempts: {Attempts}. {Problem}")]
    public static partial void GivenUp(ILogger logger, string realm, string name, string id, int attempts, string problem);

    [LoggerMessage(1473, LogLevel.Error, "Webhook {Name} of realm {Realm}: an event is lost to it, because its queue is full; events that wait: {Waiting}, their bytes: {Bytes}")]
    public static partial void EventRefused(ILogger logger, string realm, string name, int waiting, long bytes);

    [LoggerMessage(1474, LogLevel.Error, "Webhook {Name} of realm {Realm}: its queue cannot be read: {Problem}")]
    public static partial void QueueUnreadable(ILogger logger, string realm, string name, string problem);

    [LoggerMessage(1475, LogLevel.Error, "Webhook {Name} of realm {Realm} has ended by a mistake in the router; its events wait until the next start")]
    public static partial void DeliveryBroke(ILogger logger, Exception exception, string realm, string name);

    [LoggerMessage(1476, LogLevel.Error, "The webhooks of realm {Realm} cannot use {Uri}: {Problem}")]
    public static partial void UriRefused(ILogger logger, string realm, string uri, string problem);

    [LoggerMessage(1477, LogLevel.Error, "The webhooks of realm {Realm} have lost their session: {Problem}. Events that are published until they are back are lost to them")]
    public static partial void SessionLost(ILogger logger, string realm, string problem);

    [LoggerMessage(1478, LogLevel.Error, "The webhooks of realm {Realm} do not keep up with {Topic}; events that are lost to them so far: {Events}")]
    public static partial void TooFast(ILogger logger, string realm, string topic, long events);

    [LoggerMessage(1479, LogLevel.Warning, "Procedure {Procedure} of realm {Realm}: {Host} has not served a call: {Problem}")]
    public static partial void CallFailed(ILogger logger, string realm, string procedure, string host, string problem);

    [LoggerMessage(1480, LogLevel.Information, "Receiver {Name} of realm {Realm} has refused a request from {Address}: {Problem}")]
    public static partial void RequestRefused(ILogger logger, string realm, string name, string address, string problem);

    [LoggerMessage(1481, LogLevel.Error, "Receiver {Name} of realm {Realm}: a request could not become an event: {Problem}")]
    public static partial void RequestFailed(ILogger logger, string realm, string name, string problem);

    [LoggerMessage(1482, LogLevel.Warning, "The webhooks of realm {Realm} are not ready; the router starts without them, and they go on trying")]
    public static partial void NotReady(ILogger logger, string realm);
}
