namespace WampRouter.Client.Sessions;

/// <summary>Connects and joins, and takes up a session that lost its connection where the router still has it.</summary>
internal sealed class SessionOpener(WampClientOptions options, ISessionOwner owner)
{
    /// <summary>Opens a session.</summary>
    /// <param name="lost">The session whose connection was lost, if there is one. It is returned, or has ended, or waits for another attempt.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="WampConnectionException">There is no session; the message says why.</exception>
    public async Task<Session> OpenAsync(Session? lost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.JoinTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        IWampConnection? connection = null;
        try
        {
            connection = await options.Transport.ConnectAsync([.. options.Serializers.Select(Subprotocols.Name)], either.Token).ConfigureAwait(false);
            return await JoinAsync(connection, lost, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw e switch
            {
                WampConnectionException => e,
                _ when timeout.IsCancellationRequested => WampConnectionException.NetworkFailure($"The router did not let the client join realm '{options.Realm}' within {options.JoinTimeout}.", e),
                _ => WampConnectionException.NetworkFailure($"The router could not be reached: {e.Message}", e),
            };
        }
    }

    private async Task<Session> JoinAsync(IWampConnection connection, Session? lost, CancellationToken cancellationToken)
    {
        var handshake = new Handshake(options, connection, Subprotocols.Format(connection.Subprotocol));
        var request = lost?.ResumeRequest;
        var details = await handshake.JoinAsync(request, cancellationToken).ConfigureAwait(false);
        if (request is null || !details.IsResumed)
        {
            lost?.End(WampConnectionException.NetworkFailure($"{lost.Loss?.Message.TrimEnd('.')}; the router could not resume the session.", lost.Loss));
            return Session.Start(options, connection, details, owner);
        }

        if (lost!.TryResume(connection, details))
        {
            return lost;
        }

        // The router goes on with a session that this side cannot go on with: it is over, and the next attempt joins anew.
        var failure = WampConnectionException.NetworkFailure("The connection was lost, and the session could not be resumed: not all is kept that the router has not got. Raise WampResumption.MaxKeptBytes if that happens often.");
        lost.End(failure);
        await handshake.LeaveAsync(cancellationToken).ConfigureAwait(false);
        throw failure;
    }
}
