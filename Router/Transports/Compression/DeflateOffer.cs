namespace WampRouter.Transports.Compression;

/// <summary>One offer of permessage-deflate (RFC 7692 section 7.1) that can be accepted.</summary>
/// <param name="AsksForNoServerContext">The client wants every message of the router to stand for itself.</param>
/// <param name="HasNoClientContext">The client says that its own will.</param>
/// <param name="NamesServerWindow">The client bounds the router's window, to as much as it has: that must be confirmed.</param>
/// <param name="ClientBits">The logarithm of the window that the client says it has; null where it says nothing. Some clients (.NET) want it confirmed, although it is for the server to choose.</param>
internal sealed record DeflateOffer(bool AsksForNoServerContext, bool HasNoClientContext, bool NamesServerWindow, int? ClientBits)
{
    /// <summary>The extension's name.</summary>
    public const string Extension = "permessage-deflate";

    /// <summary>Every message of the server stands for itself.</summary>
    public const string ServerNoContext = "server_no_context_takeover";

    /// <summary>Every message of the client does.</summary>
    public const string ClientNoContext = "client_no_context_takeover";

    /// <summary>The logarithm of the window that the server may use.</summary>
    public const string ServerWindow = "server_max_window_bits";

    /// <summary>The logarithm of the window that the client uses, or without a value that it lets the server say so.</summary>
    public const string ClientWindow = "client_max_window_bits";

    /// <summary>The window of the platform's deflate: 32 KiB. It has no other, so an offer that wants a smaller one is declined (RFC 7692 section 7.1.2.1).</summary>
    public const int WindowBits = 15;

    /// <summary>Reads an offer; null where it must be declined, for what it says or because it cannot be honoured.</summary>
    public static DeflateOffer? Read(ExtensionOffer offered)
    {
        if (!offered.Is(Extension))
        {
            return null;
        }

        var offer = new DeflateOffer(false, false, false, null);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in offered.Parameters)
        {
            if (!seen.Add(name) || offer.With(name, value) is not { } more)
            {
                return null;
            }

            offer = more;
        }

        return offer;
    }

    /// <summary>The offer with one parameter more; null where that must decline it.</summary>
    private DeflateOffer? With(string name, string? value) => name.ToLowerInvariant() switch
    {
        ServerNoContext when value is null => this with { AsksForNoServerContext = true },
        ClientNoContext when value is null => this with { HasNoClientContext = true },
        ServerWindow when ReadBits(value) == WindowBits => this with { NamesServerWindow = true },
        ClientWindow when value is null => this,
        ClientWindow when ReadBits(value) is { } bits => this with { ClientBits = bits },       // whatever window the client has, the router's is no smaller
        _ => null,
    };

    /// <summary>8 to 15, without leading zeros; null where it is anything else.</summary>
    private static int? ReadBits(string? value) => value switch
    {
        { Length: 1 } when value[0] is '8' or '9' => value[0] - '0',
        { Length: 2 } when value[0] == '1' && value[1] is >= '0' and <= '5' => 10 + value[1] - '0',
        _ => null,
    };
}
