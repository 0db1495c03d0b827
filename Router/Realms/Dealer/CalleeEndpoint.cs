using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Dealer;

/// <summary>One callee's place in a registration, with what it asked for when it registered.</summary>
internal sealed class CalleeEndpoint(Registration registration, Member callee, in RegisterOptions options)
{
    /// <summary>What a registration that nobody else has takes beside its URI, about: it, its entry, its places in four tables.</summary>
    private const int OverheadBytes = 512;

    private readonly int _concurrency = options.Concurrency;
    private int _running;

    /// <summary>What it serves.</summary>
    public Registration Registration { get; } = registration;

    /// <summary>Who serves.</summary>
    public Member Callee { get; } = callee;

    /// <summary>Whether it is told who calls, whoever calls.</summary>
    public bool DiscloseCaller { get; } = options.DiscloseCaller;

    /// <summary>Whether it keeps the time of calls itself: it asked for that, and can do it.</summary>
    public bool KeepsTime { get; } = options.ForwardTimeout && (callee.Features & PeerFeatures.CalleeTimeout) != 0;

    /// <summary>Its share of the keys of sharded calls: <c>nkey</c>, or else its session id, hashed.</summary>
    public ulong ShardNode { get; } = options.NodeKey ?? RendezvousHash.Hash(System.Text.Encoding.ASCII.GetBytes(callee.Identity.Session.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Whether it serves a limited number of calls at a time.</summary>
    public bool IsLimited => _concurrency > 0;

    /// <summary>Whether it can serve one call more now. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public bool HasRoom => _concurrency == 0 || _running < _concurrency;

    /// <summary>
    /// True once the callee left the registration: nothing is invoked any more, so no INVOCATION follows UNREGISTERED. Set after the
    /// registration stopped naming the endpoint. Under the callee's <see cref="PendingInvocations.Gate"/>.
    /// </summary>
    public bool IsClosed { get; private set; }

    /// <summary>What it counts, in bytes: as if no other session served the same, because the others may go first.</summary>
    /// <param name="uriBytes">The length of the procedure or pattern, which is kept once as what it is and once for being found.</param>
    public static long SizeOf(int uriBytes) => OverheadBytes + (2L * uriBytes);

    /// <summary>One call more. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public void Occupy() => _running++;

    /// <summary>One call less. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public void Vacate() => _running--;

    /// <summary>Ends it. Invocations under way may still be answered.</summary>
    public void Close()
    {
        lock (Callee.Invocations.Gate)
        {
            IsClosed = true;
        }
    }
}
