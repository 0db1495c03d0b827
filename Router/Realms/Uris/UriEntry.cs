using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms.Uris;

/// <summary>
/// One URI of a realm with everything that a message with this URI needs: whether it is valid, what each role may do with it,
/// its subscription and its registration. One lookup by UTF-8 bytes finds all of that.
/// </summary>
internal sealed class UriEntry
{
    private const byte Known = 0x80;

    /// <summary>Roughly what an entry takes besides its URI and its matches: itself, its decisions, its place in the table, its route.</summary>
    private const int OverheadBytes = 256;

    private volatile Subscription? _subscription;
    private volatile TopicMatches? _matches;
    private volatile Registration? _registration;
    private volatile Route? _patternRoute;
    private volatile Decisions? _decisions;
    private readonly int _decisionBytes;
    private bool _isUsed;

    public UriEntry(byte[] utf8, UriCheck check, int roles)
    {
        Utf8 = utf8;
        IsValid = WampUri.IsValid(utf8, check == UriCheck.Strict);
        IsReserved = WampUri.IsReserved(utf8);
        _decisionBytes = roles;
    }

    /// <summary>The URI's bytes; also the key of the table.</summary>
    public byte[] Utf8 { get; }

    /// <summary>Whether the realm's rule accepts it as a topic or procedure.</summary>
    public bool IsValid { get; }

    /// <summary>Whether its first component is <c>wamp</c>, which is reserved for the router.</summary>
    public bool IsReserved { get; }

    /// <summary>The exact subscription to this topic. Written under the broker's lock; any thread reads it.</summary>
    public Subscription? Subscription
    {
        get => _subscription;
        set => _subscription = value;
    }

    /// <summary>Roughly the memory it takes, without <see cref="Matches"/>.</summary>
    public int SizeInBytes => OverheadBytes + Utf8.Length + _decisionBytes;

    /// <summary>The pattern subscriptions that match this topic; null until they are looked up. Any thread reads it; only the table writes it, under its lock.</summary>
    public TopicMatches? Matches
    {
        get => _matches;
        set => _matches = value;
    }

    /// <summary>The exact registration of this procedure. Written under the dealer's lock; any thread reads it.</summary>
    public Registration? Registration
    {
        get => _registration;
        set => _registration = value;
    }

    /// <summary>The pattern registration last found for this procedure. Any thread reads and writes it; its version says whether it is still right.</summary>
    public Route? PatternRoute
    {
        get => _patternRoute;
        set => _patternRoute = value;
    }

    /// <summary>How many subscriptions and registrations keep it in the table; only the table writes it, under its lock.</summary>
    public int Pins { get; set; }

    /// <summary>Notes that it was looked up. Any thread. Writes only if that changes something, because all threads read the field.</summary>
    public void NoteUse()
    {
        if (!_isUsed)
        {
            _isUsed = true;
        }
    }

    /// <summary>Whether it was looked up since the last call.</summary>
    public bool TakeUse()
    {
        var wasUsed = _isUsed;
        _isUsed = false;
        return wasUsed;
    }

    /// <summary>What a role may do with this URI; computed once and cached, unless the rule that decides forbids caching.</summary>
    public Permissions PermissionsOf(Role role)
    {
        var known = _decisions is { } decisions && ReferenceEquals(decisions.Policy, role.Policy) ? Volatile.Read(ref decisions.ByRole[role.Index]) : (byte)0;
        return known != 0 ? (Permissions)(known & ~Known) : Decide(role);
    }

    /// <summary>Forgets what other policies decided, so that they do not stay in memory.</summary>
    public void ForgetDecisionsBut(RealmPolicy policy)
    {
        if (_decisions is { } decisions && !ReferenceEquals(decisions.Policy, policy))
        {
            _decisions = null;
        }
    }

    /// <inheritdoc />
    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    private Permissions Decide(Role role)
    {
        var (permissions, cache) = role.Decide(Utf8);
        if (cache)
        {
            // Two threads may both get here: for one policy they write the same value, and of two policies one is forgotten.
            var decisions = _decisions;
            if (decisions is null || !ReferenceEquals(decisions.Policy, role.Policy))
            {
                _decisions = decisions = new Decisions(role.Policy);
            }

            Volatile.Write(ref decisions.ByRole[role.Index], (byte)((byte)permissions | Known));
        }

        return permissions;
    }

    /// <summary>What one policy allows each of its roles: <see cref="Permissions"/> and <see cref="Known"/>; 0: not computed yet.</summary>
    private sealed class Decisions(RealmPolicy policy)
    {
        public RealmPolicy Policy { get; } = policy;

        public byte[] ByRole { get; } = new byte[policy.RoleCount];
    }

    /// <summary>The pattern registration that takes precedence for a URI, or null; valid while the patterns have this version.</summary>
    public sealed record Route(long Version, Registration? Registration);
}
