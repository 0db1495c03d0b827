namespace WampRouter.Realms.Dealer;

/// <summary>One callee's place in a registration, with what it asked for when it registered.</summary>
internal sealed class CalleeEndpoint(Registration registration, Member callee)
{
    /// <summary>What it serves.</summary>
    public Registration Registration { get; } = registration;

    /// <summary>Who serves.</summary>
    public Member Callee { get; } = callee;

    /// <summary>
    /// True once the callee left the registration: nothing is invoked any more, so no INVOCATION follows UNREGISTERED. Set after the
    /// registration stopped naming the endpoint. Under the callee's <see cref="PendingInvocations.Gate"/>.
    /// </summary>
    public bool IsClosed { get; private set; }

    /// <summary>Ends it. Invocations under way may still be answered.</summary>
    public void Close()
    {
        lock (Callee.Invocations.Gate)
        {
            IsClosed = true;
        }
    }
}
