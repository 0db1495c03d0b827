namespace WampRouter.Client;

/// <summary>The session as the router's WELCOME describes it. A reconnect makes a new one.</summary>
public sealed class WampSessionDetails
{
    internal WampSessionDetails(long id, string realm, string subprotocol, WampDetails details)
    {
        Id = id;
        Details = details;
        Subprotocol = subprotocol;
        Realm = details.GetText("realm") ?? realm;
        AuthId = details.GetText("authid");
        AuthRole = details.GetText("authrole");
        AuthMethod = details.GetText("authmethod");
        AuthProvider = details.GetText("authprovider");
    }

    /// <summary>The session's id, unique in the router.</summary>
    public long Id { get; }

    /// <summary>The realm that was joined.</summary>
    public string Realm { get; }

    /// <summary>The WebSocket subprotocol, such as <c>wamp.2.json</c>.</summary>
    public string Subprotocol { get; }

    /// <summary>Who the router takes this session for.</summary>
    public string? AuthId { get; }

    /// <summary>The role whose permissions apply.</summary>
    public string? AuthRole { get; }

    /// <summary>How it was authenticated.</summary>
    public string? AuthMethod { get; }

    /// <summary>Who vouched for it.</summary>
    public string? AuthProvider { get; }

    /// <summary>Everything else in the WELCOME.</summary>
    public WampDetails Details { get; }
}
