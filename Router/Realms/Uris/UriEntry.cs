using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Uris;

/// <summary>
/// One URI of a realm and everything a message that names it needs: whether it is well-formed, what each role may do with it,
/// who subscribed to it and who serves it. One lookup by UTF-8 bytes finds all of that.
/// </summary>
internal sealed class UriEntry
{
    private const byte Known = 0x80;

    /// <summary>What an entry takes beside its URI and its matches, about: itself, its arrays, its place in the table, its route.</summary>
    private const int OverheadBytes = 224;

    private readonly byte[] _permissionsByRole;     // Permissions | Known; 0: not worked out yet
    private volatile Subscription? _subscription;
    private volatile TopicMatches? _matches;
    private volatile Registration? _registration;
    private volatile PatternRoute? _patternRoute;
    private bool _isUsed;

    public UriEntry(byte[] utf8, UriCheck check, int roles)
    {
        Utf8 = utf8;
        IsValid = WampUri.IsValid(utf8, check == UriCheck.Strict);
        IsReserved = WampUri.IsReserved(utf8);
        _permissionsByRole = new byte[roles];
    }

    /// <summary>The URI's bytes; also the key of the table.</summary>
    public byte[] Utf8 { get; }

    /// <summary>Whether the realm's rule accepts it as a topic or procedure.</summary>
    public bool IsValid { get; }

    /// <summary>Whether it begins with the component <c>wamp</c>, which is the router's own.</summary>
    public bool IsReserved { get; }

    /// <summary>The exact subscription to this topic. Written under the broker's lock, read without.</summary>
    public Subscription? Subscription
    {
        get => _subscription;
        set => _subscription = value;
    }

    /// <summary>About how much memory it takes, without <see cref="Matches"/>.</summary>
    public int SizeInBytes => OverheadBytes + Utf8.Length + _permissionsByRole.Length;

    /// <summary>The pattern subscriptions that match this topic, as far as they were looked up. Any thread; only the table writes it, under its lock.</summary>
    public TopicMatches? Matches
    {
        get => _matches;
        set => _matches = value;
    }

    /// <summary>The exact registration of this procedure. Written under the dealer's lock, read without.</summary>
    public Registration? Registration
    {
        get => _registration;
        set => _registration = value;
    }

    /// <summary>The pattern registration last found for this procedure. Any thread; all write what was right at some time, and its version tells which.</summary>
    public PatternRoute? PatternRoute
    {
        get => _patternRoute;
        set => _patternRoute = value;
    }

    /// <summary>How many subscriptions and registrations keep it in the table; only the table writes it, under its lock.</summary>
    public int Pins { get; set; }

    /// <summary>Notes that it was looked up again. Any thread; written only where that changes something, because all threads read it.</summary>
    public void NoteUse()
    {
        if (!_isUsed)
        {
            _isUsed = true;
        }
    }

    /// <summary>Whether it was looked up again since this was last asked.</summary>
    public bool TakeUse()
    {
        var wasUsed = _isUsed;
        _isUsed = false;
        return wasUsed;
    }

    /// <summary>What a role may do with this URI; worked out once and remembered, unless the deciding rule says otherwise.</summary>
    public Permissions PermissionsOf(Role role)
    {
        var known = Volatile.Read(ref _permissionsByRole[role.Index]);
        return known != 0 ? (Permissions)(known & ~Known) : Decide(role);
    }

    /// <inheritdoc />
    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    private Permissions Decide(Role role)
    {
        var (permissions, cache) = role.Decide(Utf8);
        if (cache)
        {
            // Two threads may both get here; they write the same value.
            Volatile.Write(ref _permissionsByRole[role.Index], (byte)((byte)permissions | Known));
        }

        return permissions;
    }
}
