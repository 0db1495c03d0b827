using Microsoft.Extensions.Logging;

namespace WampRouter.Client.Hosting;

/// <summary>Writes a client's life to the application's log: its connection to one category, what goes wrong in the background to another.</summary>
internal sealed partial class ClientLog(ILoggerFactory loggers, WampClientSettings settings)
{
    public const string ConnectionCategory = "WampRouter.Client.Connection";
    public const string BackgroundCategory = "WampRouter.Client.Background";

    private readonly ILogger _connection = loggers.CreateLogger(ConnectionCategory);
    private readonly ILogger _background = loggers.CreateLogger(BackgroundCategory);
    private readonly FailedAttempts _attempts = new();
    private readonly string _router = settings.Url ?? "router";

    public void Follow(WampClient client)
    {
        client.StateChanged += (_, change) => Tell(change);
        client.BackgroundError += (_, error) => Tell(error);
    }

    private void Tell(WampStateChangedEventArgs change)
    {
        if (change.Current is WampClientState.Connecting or WampClientState.Reconnecting)
        {
            _attempts.Clear();
        }

        if (change.Cause is { } cause)
        {
            Log.StateChangedBecause(_connection, change.Current, _router, settings.Realm, cause.Message);
        }
        else
        {
            Log.StateChanged(_connection, change.Current, _router, settings.Realm);
        }
    }

    private void Tell(WampBackgroundErrorEventArgs error)
    {
        if (error.Kind is not WampBackgroundErrorKind.ReconnectFailed)
        {
            Log.BackgroundError(_background, error.Kind, error.Uri, error.Exception.Message, error.Exception);
            return;
        }

        var (number, shouldTell) = _attempts.Add(error.Exception.Message);
        if (shouldTell)
        {
            Log.AttemptFailed(_connection, number, _router, settings.Realm, error.Exception.Message);
        }

        Log.AttemptTrace(_connection, number, _router, settings.Realm, error.Exception);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{State} ({Router}, realm {Realm})")]
        public static partial void StateChanged(ILogger logger, WampClientState state, string router, string? realm);

        [LoggerMessage(2, LogLevel.Warning, "{State} ({Router}, realm {Realm}): {Cause}")]
        public static partial void StateChangedBecause(ILogger logger, WampClientState state, string router, string? realm, string cause);

        [LoggerMessage(3, LogLevel.Warning, "{Kind} at {Uri}: {Message}")]
        public static partial void BackgroundError(ILogger logger, WampBackgroundErrorKind kind, string uri, string message, Exception exception);

        [LoggerMessage(6, LogLevel.Warning, "Attempt {Number} to connect failed ({Router}, realm {Realm}): {Reason}")]
        public static partial void AttemptFailed(ILogger logger, long number, string router, string? realm, string reason);

        [LoggerMessage(7, LogLevel.Debug, "Attempt {Number} to connect failed ({Router}, realm {Realm})")]
        public static partial void AttemptTrace(ILogger logger, long number, string router, string? realm, Exception exception);
    }
}
