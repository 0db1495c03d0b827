namespace WampRouter;

/// <summary>A role and what it may do. No rule, no permission.</summary>
/// <param name="name">The authrole, as WELCOME reports it.</param>
/// <exception cref="ArgumentNullException">The name is null.</exception>
public sealed class WampRoleOptions(string name)
{
    private readonly RuleList _permissions = [];

    /// <summary>The authrole.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>How far its messages are trusted, from 0 on; receivers are told. Null: they are told nothing.</summary>
    public int? TrustLevel { get; set; }

    /// <summary>In any order: the most specific match decides.</summary>
    public IList<WampPermissionOptions> Permissions => _permissions;

    /// <summary>What a session with this role may send in a second; null: what all may.</summary>
    public WampRateOptions? Limits { get; set; }

    /// <summary>Allows something more for a URI or a pattern.</summary>
    /// <param name="uri">The URI or pattern; the empty prefix is everything.</param>
    /// <param name="match">How it matches.</param>
    /// <param name="call">Whether procedures may be called.</param>
    /// <param name="register">Whether they may be registered.</param>
    /// <param name="publish">Whether may be published.</param>
    /// <param name="subscribe">Whether may be subscribed.</param>
    /// <returns>This role.</returns>
    public WampRoleOptions Allow(string uri, WampUriMatch match = WampUriMatch.Exact, bool call = false, bool register = false, bool publish = false, bool subscribe = false)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var permission = _permissions.Find(uri, match);
        if (permission is null)
        {
            permission = new WampPermissionOptions(uri) { Match = match };
            _permissions.Add(permission);
        }

        var allow = permission.Allow;
        (allow.Call, allow.Register, allow.Publish, allow.Subscribe) = (allow.Call || call, allow.Register || register, allow.Publish || publish, allow.Subscribe || subscribe);
        return this;
    }

    /// <summary>Allows everything everywhere.</summary>
    /// <returns>This role.</returns>
    public WampRoleOptions AllowEverything() => Allow("", WampUriMatch.Prefix, call: true, register: true, publish: true, subscribe: true);
}

/// <summary>What a role may do with a URI, or with all that match a pattern.</summary>
/// <param name="uri">The URI or pattern.</param>
/// <exception cref="ArgumentNullException">The URI is null.</exception>
public sealed class WampPermissionOptions(string uri)
{
    /// <summary>The URI or pattern.</summary>
    public string Uri { get; } = uri ?? throw new ArgumentNullException(nameof(uri));

    /// <summary>How it matches. Default: <see cref="WampUriMatch.Exact"/>.</summary>
    public WampUriMatch? Match { get; set; }

    /// <summary>What is allowed.</summary>
    public WampAllowedActions Allow { get; } = new();

    /// <summary>Whether receivers are told who calls or publishes, unasked.</summary>
    public WampDisclosure Disclose { get; } = new();

    /// <summary>Whether the decision is remembered for each URI. Default: yes.</summary>
    public bool? Cache { get; set; }
}

/// <summary>The actions a rule allows.</summary>
public sealed class WampAllowedActions
{
    /// <summary>Calling procedures.</summary>
    public bool Call { get; set; }

    /// <summary>Registering procedures.</summary>
    public bool Register { get; set; }

    /// <summary>Publishing events.</summary>
    public bool Publish { get; set; }

    /// <summary>Subscribing to events.</summary>
    public bool Subscribe { get; set; }
}

/// <summary>Whose identity receivers are told without having asked.</summary>
public sealed class WampDisclosure
{
    /// <summary>The caller's.</summary>
    public bool Caller { get; set; }

    /// <summary>The publisher's.</summary>
    public bool Publisher { get; set; }
}

/// <summary>What a session may send in a second. It is read later, not refused.</summary>
public sealed class WampRateOptions
{
    /// <summary>Messages; null: any number.</summary>
    public int? MaxMessagesPerSecond { get; set; }

    /// <summary>Bytes; null: any number.</summary>
    public int? MaxBytesPerSecond { get; set; }
}
