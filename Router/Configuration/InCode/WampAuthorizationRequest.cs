using System.Text.Json.Nodes;

namespace WampRouter;

/// <summary>What somebody wants to do.</summary>
public enum WampAction
{
    /// <summary>To call a procedure.</summary>
    Call,

    /// <summary>To register a procedure.</summary>
    Register,

    /// <summary>To publish to a topic.</summary>
    Publish,

    /// <summary>To subscribe to a topic.</summary>
    Subscribe,
}

/// <summary>A request about which an <see cref="IWampAuthorizer"/> decides.</summary>
public sealed class WampAuthorizationRequest
{
    private readonly Lazy<JsonObject> _options;

    internal WampAuthorizationRequest(Func<JsonObject> readOptions) => _options = new Lazy<JsonObject>(readOptions);

    /// <summary>The realm.</summary>
    public string Realm { get; internal init; } = "";

    /// <summary>The id of the session that makes it.</summary>
    public long Session { get; internal init; }

    /// <summary>Its authid.</summary>
    public string AuthId { get; internal init; } = "";

    /// <summary>Its authrole.</summary>
    public string AuthRole { get; internal init; } = "";

    /// <summary>How it was authenticated.</summary>
    public string AuthMethod { get; internal init; } = "";

    /// <summary>Who vouched for it.</summary>
    public string AuthProvider { get; internal init; } = "";

    /// <summary>What it wants to do.</summary>
    public WampAction Action { get; internal init; }

    /// <summary>The URI, or the pattern.</summary>
    public string Uri { get; internal init; } = "";

    /// <summary>How the URI is compared with others, where it subscribes or registers.</summary>
    public WampUriMatch Match { get; internal init; }

    /// <summary>The options of the message; empty where it has none, and where what was allowed is looked at again. Binary values are texts that begin with U+0000 and go on in Base64.</summary>
    public JsonObject Options => _options.Value;
}
