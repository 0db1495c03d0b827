using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Runs the application's code for logins of one realm. Whatever it does, only its own login waits or fails. Any thread.</summary>
/// <param name="identities">Turns what the application says into steps, and tells the log of its mistakes.</param>
/// <param name="most">How many checks may run now: one that does not end counts for as long as it runs, though its client is gone.</param>
internal sealed class ApplicationChecks(ApplicationIdentities identities, Func<int> most)
{
    /// <summary>What a login ends with that nobody waits for.</summary>
    public static readonly AuthenticationStep.Refuse GivenUp = new(WampErrors.AuthenticationFailed, "the login was given up", "nobody waits for it any more");

    private static readonly AuthenticationStep.Refuse TooMany = new(
        WampErrors.AuthenticationFailed, TicketVerifier.WhyLate, "too many checks of the application have not ended (Sessions:QueuedTicketChecks)");

    /// <summary>Turns what the application says into steps.</summary>
    public ApplicationIdentities Identities => identities;

    /// <summary>Runs a check on a thread of the pool. Completes with its answer, or as soon as the login is given up.</summary>
    /// <param name="method">The authentication method.</param>
    /// <param name="login">The login.</param>
    /// <param name="check">The check. Its token is cancelled when the login is given up, and never on a thread of the router's.</param>
    /// <param name="givenUp">Cancelled when the login is given up.</param>
    public ValueTask<AuthenticationStep> RunAsync(string method, LoginRequest login, Func<CancellationToken, ValueTask<AuthenticationStep>> check, CancellationToken givenUp) =>
        identities.TryBeginCheck(method, most()) ? new(WaitAsync(method, login, check, givenUp)) : new(TooMany);

    private async Task<AuthenticationStep> WaitAsync(string method, LoginRequest login, Func<CancellationToken, ValueTask<AuthenticationStep>> check, CancellationToken givenUp)
    {
        using var cancellation = new CancellationTokenSource();
        var whenGivenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = givenUp.UnsafeRegister(
            _ =>
            {
                if (login.IsLate)
                {
                    identities.ReportLate(method);
                }

                whenGivenUp.TrySetResult();
            },
            null).ConfigureAwait(false);

        // Elsewhere: the application's code may block before its first await, and neither the session's thread nor its refusal is to be held up by it.
        var checking = Task.Run(() => CheckAsync(method, check, cancellation.Token), CancellationToken.None);
        if (await Task.WhenAny(checking, whenGivenUp.Task).ConfigureAwait(false) == checking)
        {
            return await checking.ConfigureAwait(false);
        }

        try
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            identities.Fail(e, method);     // what the application registered with the token
        }

        return GivenUp;     // the application may ignore the cancellation, so its check is not awaited
    }

    /// <summary>What comes of a check that nobody waits for matters to nobody, but a fault of the application's code does.</summary>
    private async Task<AuthenticationStep> CheckAsync(string method, Func<CancellationToken, ValueTask<AuthenticationStep>> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return GivenUp;     // as it was asked to
        }
        catch (Exception e)
        {
            return identities.Fail(e, method);      // the application's code may throw anything; only this login fails
        }
        finally
        {
            identities.EndCheck();
        }
    }
}
