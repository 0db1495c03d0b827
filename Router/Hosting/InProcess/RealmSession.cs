using System.Runtime.CompilerServices;
using WampRouter.Client;

namespace WampRouter.Hosting.InProcess;

/// <summary>
/// The application's session in one realm: a client over memory that joins with its first use. All of the application shares it, so nobody who gets it can end it: <see cref="RealmClients"/> does.
/// </summary>
internal sealed partial class RealmSession : IWampRealm, IDisposable
{
    private readonly RealmClients _clients;
    private readonly CancellationToken _ending;
    private readonly WampClient _client;
    private readonly Lock _gate = new();        // nothing is taken under it
    private Task? _joining;

    /// <param name="name">The realm's name.</param>
    /// <param name="options">How the client is made.</param>
    /// <param name="clients">Makes it, and ends it.</param>
    /// <param name="logger">Gets the errors of which no caller is told.</param>
    /// <param name="ending">Canceled when the router goes.</param>
    public RealmSession(string name, WampClientOptions options, RealmClients clients, ILogger<IWampRealm> logger, CancellationToken ending)
    {
        Name = name;
        _clients = clients;
        _ending = ending;
        _client = clients.Create(options, ending);
        _client.BackgroundError += (_, error) => Log.BackgroundError(logger, error.Exception, InWords(error.Kind), error.Uri, name);
    }

    /// <inheritdoc />
    public event EventHandler<WampStateChangedEventArgs>? StateChanged
    {
        add => _client.StateChanged += value;
        remove => _client.StateChanged -= value;
    }

    /// <inheritdoc />
    public event EventHandler<WampBackgroundErrorEventArgs>? BackgroundError
    {
        add => _client.BackgroundError += value;
        remove => _client.BackgroundError -= value;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public WampClientState State => _client.State;

    /// <inheritdoc />
    public WampSessionDetails? Session => _client.Session;

    /// <inheritdoc />
    public IWampPayloadSerializer PayloadSerializer => _client.PayloadSerializer;

    /// <inheritdoc />
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        if (_clients.HasEnded || _ending.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(IWampRealm), $"The router has shut down, and the application's session in realm '{Name}' with it.");
        }

        lock (_gate)
        {
            if (_joining is null or { IsFaulted: true } or { IsCanceled: true })
            {
                // For everybody who waits, so the token of one of them means nothing to it.
                _joining = Task.Run(() => _client.ConnectAsync(CancellationToken.None), CancellationToken.None);
            }

            return _joining.IsCompletedSuccessfully ? Task.CompletedTask : _joining.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task CloseAsync(string reason = WampClient.CloseReason, string? message = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("All of the application shares this session; it ends with the application.");

    /// <inheritdoc />
    public async ValueTask PublishAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await _client.PublishAsync(topic, arguments, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<long> PublishAcknowledgedAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await _client.PublishAcknowledgedAsync(topic, arguments, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<WampSubscription> SubscribeAsync(string topic, Func<WampEvent, Task> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await _client.SubscribeAsync(topic, handler, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<WampEventFeed> SubscribeAsync(string topic, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await _client.SubscribeAsync(topic, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<WampArguments> CallAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await _client.CallAsync(procedure, arguments, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<WampArguments> CallAsync(string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await _client.CallAsync(procedure, pieces, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<WampArguments> CallProgressivelyAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        JoinedAsync(() => _client.CallProgressivelyAsync(procedure, arguments, options, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<WampArguments> CallProgressivelyAsync(string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        JoinedAsync(() => _client.CallProgressivelyAsync(procedure, pieces, options, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<WampRegistration> RegisterAsync(
        string procedure, Func<WampInvocation, Task<WampPayload?>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await _client.RegisterAsync(procedure, handler, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does nothing: the session is not the caller's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Does nothing; containers that are disposed of synchronously want it.</summary>
    public void Dispose()
    {
    }

    private static string InWords(WampBackgroundErrorKind kind) => kind switch
    {
        WampBackgroundErrorKind.EventHandlerFailed => "an event handler failed",
        WampBackgroundErrorKind.ProcedureFailed => "a procedure failed",
        WampBackgroundErrorKind.EventsDropped => "events are dropped, since their handler is too slow",
        WampBackgroundErrorKind.RestoreFailed => "a subscription or registration could not be restored",
        WampBackgroundErrorKind.ReconnectFailed => "it could not join again, and goes on trying",
        WampBackgroundErrorKind.Revoked => "the router took a subscription or registration back",
        WampBackgroundErrorKind.EventUnreadable => "an event could not be read and was dropped",
        WampBackgroundErrorKind.CallsStalled => "calls wait, and none of those that run ends",
        WampBackgroundErrorKind.PublishRefused => "the router refused an event that nobody waited for",
        _ => kind.ToString(),
    };

    private async IAsyncEnumerable<WampArguments> JoinedAsync(Func<IAsyncEnumerable<WampArguments>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var result in call().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1280, LogLevel.Warning, "The application's session in realm {Realm}: {What} ({Uri})")]
        public static partial void BackgroundError(ILogger logger, Exception exception, string what, string uri, string realm);
    }
}
