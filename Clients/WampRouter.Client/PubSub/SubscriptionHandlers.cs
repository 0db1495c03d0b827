namespace WampRouter.Client.PubSub;

internal static class SubscriptionHandlers
{
    public static Func<WampEvent, Task> From(Action<WampEvent> handler) => message =>
    {
        handler(message);
        return Task.CompletedTask;
    };
}
