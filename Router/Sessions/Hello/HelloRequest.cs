using System.Diagnostics.CodeAnalysis;
using System.Text;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Hello;

/// <summary>What a HELLO asks for (<c>rfc/text/basic/sessions.md</c> "HELLO"), copied out of the receive buffer.</summary>
internal sealed record HelloRequest
{
    /// <summary>The most bytes of a HELLO, as encoded: what it says is copied, and kept until the client has joined.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The realm to join.</summary>
    public required string Realm { get; init; }

    /// <summary>The authentication methods that the client can use, in its order of preference; only <c>anonymous</c> where it names none.</summary>
    public required IReadOnlyList<string> AuthMethods { get; init; }

    /// <summary>Whether the client named its methods.</summary>
    public bool NamedMethods { get; init; }

    /// <summary>The authid that the client asks for, if any.</summary>
    public string? AuthId { get; init; }

    /// <summary>What it says besides for its method (HELLO.Details.authextra); null where that is nothing, or too much.</summary>
    public EncodedExtra? AuthExtra { get; init; }

    /// <summary>The bytes of its authextra, as encoded.</summary>
    public int AuthExtraBytes { get; init; }

    /// <summary>The features that the client announced.</summary>
    public PeerFeatures Features { get; init; }

    /// <summary>Whether it asks for a session that it can resume.</summary>
    public bool IsResumable { get; init; }

    /// <summary>The session it wants to resume; null for a new one.</summary>
    public ResumptionWish? Resume { get; init; }

    /// <summary>Reads a HELLO. Returns a protocol violation, or null.</summary>
    /// <param name="hello">The message.</param>
    /// <param name="request">What the client asks for; null only where there is a violation.</param>
    public static ProtocolViolation? Read(in WampMessage hello, out HelloRequest? request)
    {
        request = null;
        var details = new DictionaryReader(hello.Format, hello.Options);
        List<string>? methods = null;
        string? authId = null;
        EncodedExtra? authExtra = null;
        var authExtraBytes = 0;
        var features = PeerFeatures.None;
        var namesRoles = false;
        var resumption = new ResumptionKeys();
        ResumptionWish? wish = null;
        ProtocolViolation? violation = null;
        while (details.TryReadNext(out var key, out var value))
        {
            if (value.Kind is WireKind.Null)
            {
                continue;       // the same as a missing key
            }

            if (key.SequenceEqual("authmethods"u8) && !TryReadTexts(value, out methods))
            {
                violation = new("HELLO.Details.authmethods must be a list of strings");
            }
            else if (key.SequenceEqual("authid"u8) && !value.TryGetText(out authId))
            {
                violation = new("HELLO.Details.authid must be a string");
            }
            else if (key.SequenceEqual("authextra"u8))
            {
                authExtraBytes = value.Raw.Length;
                if (value.Kind is WireKind.Dictionary)
                {
                    authExtra = authExtraBytes <= EncodedExtra.MaxBytes ? EncodedExtra.CopyOf(hello.Format, value.Raw) : null;
                }
                else if (value.Kind is not WireKind.List || value.AsList().TryReadNext(out _))     // an empty dictionary of PHP is an empty list
                {
                    violation = new("HELLO.Details.authextra must be a dictionary");
                }
            }
            else if (key.SequenceEqual("roles"u8))
            {
                namesRoles = AnnouncedRoles.TryRead(value, out features);
            }
            else
            {
                violation = resumption.Take(key, value) ?? violation;
            }
        }

        violation ??= namesRoles ? null : new("HELLO.Details.roles must be a dictionary of dictionaries and name at least one of publisher, subscriber, caller, callee");
        violation ??= resumption.Complete(out wish);
        if (violation is not null)
        {
            return violation;
        }

        methods = methods is { Count: > 0 } ? methods : null;      // an empty list names none: Thruway sends it for anonymous
        request = new HelloRequest
        {
            Realm = Encoding.UTF8.GetString(hello.Text),
            AuthMethods = methods ?? ["anonymous"],
            NamedMethods = methods is not null,
            AuthId = authId,
            AuthExtra = authExtra,
            AuthExtraBytes = authExtraBytes,
            Features = features,
            IsResumable = resumption.IsResumable,
            Resume = wish,
        };
        return null;
    }

    private static bool TryReadTexts(in WireValue value, [NotNullWhen(true)] out List<string>? texts)
    {
        texts = null;
        if (value.Kind != WireKind.List)
        {
            return false;
        }

        texts = [];
        var items = value.AsList();
        while (items.TryReadNext(out var item))
        {
            if (!item.TryGetText(out var text))
            {
                return false;
            }

            texts.Add(text);
        }

        return true;
    }
}
