using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WampRouter.Client.Hosting;

/// <summary>
/// Binds a client's life to the host's: connects when it starts, then subscribes and registers what the application offers, and says GOODBYE when it stops. The client restores all
/// of it by itself after a reconnect.
/// </summary>
internal sealed partial class ClientHost(
    IWampClient client, ClientParts parts, bool waitForConnection, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenRegistration _whenStopping;
    private Task _starting = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // An application that stops waits for no router: what waits for a connection would keep the host from ending.
        _whenStopping = lifetime.ApplicationStopping.Register(CloseIfAway);
        client.StateChanged += OnStateChanged;
        if (waitForConnection)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            await OfferAsync(either.Token).ConfigureAwait(false);
            return;
        }

        _starting = OfferOrStopAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        client.StateChanged -= OnStateChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await client.CloseAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await _starting.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _whenStopping.Dispose();
        _stopping.Dispose();
    }

    private void OnStateChanged(object? sender, WampStateChangedEventArgs change)
    {
        if (change.Current is not (WampClientState.Connected or WampClientState.Closed) && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            CloseIfAway();
        }
    }

    private void CloseIfAway()
    {
        if (client.State is not (WampClientState.Connected or WampClientState.Closed))
        {
            _ = client.DisposeAsync().AsTask();
        }
    }

    /// <summary>As a background service does: what it cannot do ends the application, so that nobody takes it for one that works.</summary>
    private async Task OfferOrStopAsync()
    {
        try
        {
            await OfferAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The host stops; the client is closed there.
        }
        catch (Exception e)
        {
            // Whatever the application's own set-up throws.
            // Where there is no session, the message says all; the trace is that of this client.
            Log.CannotOffer(logger, e.Message, e is WampConnectionException ? null : e);
            lifetime.StopApplication();
        }
    }

    private async Task OfferAsync(CancellationToken cancellationToken)
    {
        await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        foreach (var setup in parts.Setups)
        {
            await SetUpAsync(setup, cancellationToken).ConfigureAwait(false);
        }

        if (parts.Setups.Count > 0)
        {
            Log.Offered(logger, parts.Setups.Count);
        }
    }

    /// <summary>A connection that is lost meanwhile comes back, and what was not subscribed or registered yet is tried again.</summary>
    private async Task SetUpAsync(Func<IServiceProvider, IWampClient, CancellationToken, Task> setup, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await setup(services, client, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (WampConnectionException) when (client.State != WampClientState.Closed)
            {
                await ConnectedAgainAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ConnectedAgainAsync(CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += OnChanged;
        try
        {
            // Looked at behind the subscription: no change is missed.
            if (client.State is not (WampClientState.Connected or WampClientState.Closed))
            {
                await settled.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            client.StateChanged -= OnChanged;
        }

        void OnChanged(object? sender, WampStateChangedEventArgs change)
        {
            if (change.Current is WampClientState.Connected or WampClientState.Closed)
            {
                settled.TrySetResult();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Information, "All {Count} subscriptions and services are registered")]
        public static partial void Offered(ILogger logger, int count);

        [LoggerMessage(4, LogLevel.Critical, "The application is stopped, because it cannot offer or get what it is for: {Message}")]
        public static partial void CannotOffer(ILogger logger, string message, Exception? exception);
    }
}
