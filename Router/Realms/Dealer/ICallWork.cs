namespace WampRouter.Realms.Dealer;

/// <summary>The router's own work for a call that it does not answer at once.</summary>
internal interface ICallWork
{
    /// <summary>The call has ended, so the rest of the work is not needed. Any thread, under any lock of the dealer; never blocks. Idempotent.</summary>
    void Stop();
}
