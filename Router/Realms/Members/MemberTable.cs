using System.Collections.Concurrent;
using WampRouter.Delivery;

namespace WampRouter.Realms.Members;

/// <summary>
/// The members of a realm that have had their WELCOME: those that other sessions can see, look up and kill. Bounded by the realm's limit
/// of sessions. Reading takes no lock.
/// </summary>
/// <param name="observers">Are told who comes and goes.</param>
internal sealed class MemberTable(IReadOnlyList<IMemberObserver> observers)
{
    private readonly Lock _changes = new();      // lock order: MemberTable -> UriTable, Outbox
    private readonly ConcurrentDictionary<ulong, Member> _bySession = new();

    /// <summary>How many there are.</summary>
    public int Count => _bySession.Count;

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<Member> All => _bySession.Select(entry => entry.Value);

    /// <summary>A member by its session id, or null.</summary>
    public Member? Find(ulong session) => _bySession.GetValueOrDefault(session);

    /// <summary>Adds a member and tells the others, unless it has left meanwhile.</summary>
    public void Add(Member member, FlushBatch batch)
    {
        // Told under the lock, so that a session that leaves at once is reported as joined first.
        lock (_changes)
        {
            if (!member.HasLeft)
            {
                _bySession.TryAdd(member.Identity.Session, member);
                foreach (var observer in observers)
                {
                    observer.OnJoin(member, batch);
                }
            }
        }
    }

    /// <summary>Removes a member. False: it was never added, and never will be.</summary>
    public bool Remove(Member member)
    {
        lock (_changes)
        {
            member.HasLeft = true;
            return _bySession.TryRemove(new(member.Identity.Session, member));
        }
    }

    /// <summary>Tells the others that a member has left: once, after <see cref="Remove"/> was true.</summary>
    public void TellLeft(Member member, FlushBatch batch)
    {
        foreach (var observer in observers)
        {
            observer.OnLeave(member, batch);
        }
    }
}
