using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client.Rpc;

/// <summary>What a client wants to have registered, over all its sessions. Any thread.</summary>
internal sealed class RegistrationTable(SessionKeeper keeper, ISessionOwner owner, WampClientOptions options)
{
    private readonly Lock _lock = new();        // the set only; innermost
    private readonly HashSet<Registration> _registrations = [];

    public async Task AddAsync(Registration registration, CancellationToken cancellationToken)
    {
        var session = await keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var registering = EnsureAsync(registration, session, cancellationToken);
        try
        {
            await registering.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // What was sent cannot be called back: the removal waits for its answer and then unregisters.
            registering.Forget();
            RemoveAsync(registration).Forget();
            throw;
        }
    }

    public async Task RemoveAsync(Registration registration)
    {
        await registration.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            registration.IsRemoved = true;
            lock (_lock)
            {
                _registrations.Remove(registration);
            }

            await UnregisterAsync(registration).ConfigureAwait(false);
        }
        catch (WampException)
        {
            // The connection or the registration is gone: that is what was wanted.
        }
        finally
        {
            registration.Gate.Release();
        }
    }

    /// <summary>The router took it back: it is not restored. Calls under way are answered. Read loop only.</summary>
    public void Revoke(Registration registration, string reason)
    {
        lock (_lock)
        {
            registration.Revocation.TrySetResult(reason);
            _registrations.Remove(registration);
        }
    }

    /// <summary>Registers in a new session all that the last one had.</summary>
    public Task RestoreAsync(Session session)
    {
        lock (_lock)
        {
            return Task.WhenAll(_registrations.Select(r => RestoreAsync(r, session)).ToArray());
        }
    }

    private static async Task UnregisterAsync(Registration registration)
    {
        if (registration.Session is not { } session)
        {
            return;
        }

        registration.Session = null;
        if (registration.IsRevoked)
        {
            return;
        }

        var id = registration.Id;
        var pending = new PendingId(MessageCode.Unregister, MessageCode.Unregistered, $"Unregistering '{registration.Procedure}'")
        {
            Table = session.Pending,
            OnReply = _ => session.Invocations.Registrations.TryRemove(id, out var _),
        };
        await session.RequestAsync(new EndMessage(MessageCode.Unregister, id), pending, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task EnsureAsync(Registration registration, Session session, CancellationToken cancellationToken)
    {
        await registration.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (registration.Session == session || registration.IsRemoved || registration.IsRevoked)
            {
                return;
            }

            var pending = new PendingId(MessageCode.Register, MessageCode.Registered, $"Registering '{registration.Procedure}'")
            {
                Table = session.Pending,
                OnReply = id => session.Invocations.Registrations[id] = registration,
            };
            registration.Id = await session.RequestAsync(new RegisterMessage(registration.Procedure, registration.Options), pending, cancellationToken).ConfigureAwait(false);
            registration.Session = session;
            lock (_lock)
            {
                // It may have been revoked right behind REGISTERED.
                if (!registration.IsRevoked)
                {
                    _registrations.Add(registration);
                }
            }
        }
        finally
        {
            registration.Gate.Release();
        }
    }

    private async Task RestoreAsync(Registration registration, Session session)
    {
        if (await TryRestoreAsync(registration, session).ConfigureAwait(false))
        {
            return;
        }

        KeepRestoringAsync(registration, session).Forget();
    }

    /// <summary>The router may not have noticed yet that the last session is gone, and then still holds its registration.</summary>
    private async Task KeepRestoringAsync(Registration registration, Session session)
    {
        var policy = options.Reconnect ?? new WampReconnectPolicy();
        for (var attempt = 0; !session.Ended.IsCompleted; attempt++)
        {
            try
            {
                await session.Ended.WaitAsync(policy.Delay(attempt, Random.Shared.NextDouble()), options.TimeProvider).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                if (await TryRestoreAsync(registration, session).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Returns false when it is worth trying again.</summary>
    private async Task<bool> TryRestoreAsync(Registration registration, Session session)
    {
        try
        {
            await EnsureAsync(registration, session, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (WampConnectionException)
        {
            // This session is gone as well: the next one restores.
            return true;
        }
        catch (Exception e) when (e is WampException or NotSupportedException)
        {
            owner.Report(WampBackgroundErrorKind.RestoreFailed, registration.Procedure, e);
            return e is not WampException { ErrorUri: WampErrorUri.ProcedureAlreadyExists };
        }
    }
}
