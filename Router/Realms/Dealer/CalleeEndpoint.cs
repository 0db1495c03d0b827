using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Dealer;

/// <summary>One callee of a registration, with its options of REGISTER.</summary>
internal sealed class CalleeEndpoint(Registration registration, Member callee, in RegisterOptions options)
{
    /// <summary>Roughly what a registration with one callee takes besides its URI: its objects, and its entries in four tables.</summary>
    private const int OverheadBytes = 512;

    private readonly int _concurrency = options.Concurrency;
    private int _running;

    /// <summary>The registration.</summary>
    public Registration Registration { get; } = registration;

    /// <summary>The callee.</summary>
    public Member Callee { get; } = callee;

    /// <summary>Whether every caller is disclosed to it.</summary>
    public bool DiscloseCaller { get; } = options.DiscloseCaller;

    /// <summary>Whether the realm's authorizer allowed it, because no rule covers it. Written under the lock of <see cref="Registrations"/>.</summary>
    public bool IsByAuthorizer { get; set; } = options.IsByAuthorizer;

    /// <summary>Whether it enforces the timeouts of calls itself: it asked for that, and announced the feature.</summary>
    public bool KeepsTime { get; } = options.ForwardTimeout && (callee.Features & PeerFeatures.CalleeTimeout) != 0;

    /// <summary>Its hashed node key, which gives it a share of the sharded calls: <c>nkey</c>, or else its session id.</summary>
    public ulong ShardNode { get; } = options.NodeKey ?? RendezvousHash.Hash(System.Text.Encoding.ASCII.GetBytes(callee.Identity.Session.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Whether its concurrency is limited.</summary>
    public bool IsLimited => _concurrency > 0;

    /// <summary>Whether it can serve one call more now. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public bool HasRoom => _concurrency == 0 || _running < _concurrency;

    /// <summary>
    /// True once the callee has left the registration. It gets no more calls, so no INVOCATION follows UNREGISTERED. Set after the
    /// endpoint was removed from the registration. Under the callee's <see cref="PendingInvocations.Gate"/>.
    /// </summary>
    public bool IsClosed { get; private set; }

    /// <summary>What it counts for, in bytes. Computed as if the registration had no other callee, because the others may leave first.</summary>
    /// <param name="uriBytes">The length of the procedure or pattern, which is stored twice.</param>
    public static long SizeOf(int uriBytes) => OverheadBytes + (2L * uriBytes);

    /// <summary>One call more. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public void Occupy() => _running++;

    /// <summary>One call less. Under the callee's <see cref="PendingInvocations.Gate"/>.</summary>
    public void Vacate() => _running--;

    /// <summary>Closes it. Pending invocations may still be answered.</summary>
    public void Close()
    {
        lock (Callee.Invocations.Gate)
        {
            IsClosed = true;
        }
    }
}
