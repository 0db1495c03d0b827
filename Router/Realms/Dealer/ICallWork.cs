namespace WampRouter.Realms.Dealer;

/// <summary>What the router itself does for a call that it does not answer at once.</summary>
internal interface ICallWork
{
    /// <summary>The call has ended: whatever is not done yet is done for nobody. Any thread, under any lock of the dealer; never blocks. Idempotent.</summary>
    void Stop();
}
