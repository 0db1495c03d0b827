using WampRouter.Realms.Messages;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Events;

/// <summary>
/// Who may receive a publication, by its publisher's options (<c>rfc/text/advanced/pubsub_subscriber_blackwhite_listing.md</c>): sessions that are on no blacklist, and on every
/// whitelist given; an empty whitelist means nobody. Created only for a PUBLISH that has such a list; immutable once read.
/// </summary>
internal sealed class ReceiverFilter
{
    private const int OverheadOfAName = 64;
    private const int OverheadOfAnId = 24;

    private static readonly WireEncoding Stored = new(WireFormat.MessagePack, Framing.RawSocket);

    private HashSet<ulong>? _exclude;
    private HashSet<ulong>? _eligible;
    private HashSet<string>? _excludeAuthId;
    private HashSet<string>? _eligibleAuthId;
    private HashSet<string>? _excludeAuthRole;
    private HashSet<string>? _eligibleAuthRole;
    private int _sizeInBytes;       // 0: not computed yet

    /// <summary>Whether it has lists of session ids; these cannot be applied to later sessions.</summary>
    public bool NamesSessions => _exclude is not null || _eligible is not null;

    /// <summary>The length of <see cref="EncodePrincipals"/>. Computed at the first use, which needs the thread's writer.</summary>
    public int SizeInBytes => _sizeInBytes == 0 ? _sizeInBytes = EncodePrincipals().Length : _sizeInBytes;

    /// <summary>Roughly what it takes in memory in addition.</summary>
    public int OverheadBytes =>
        (OverheadOfAnId * ((_exclude?.Count ?? 0) + (_eligible?.Count ?? 0)))
        + (OverheadOfAName * ((_excludeAuthId?.Count ?? 0) + (_eligibleAuthId?.Count ?? 0) + (_excludeAuthRole?.Count ?? 0) + (_eligibleAuthRole?.Count ?? 0)));

    /// <summary>Whether an option belongs to a filter.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => key.StartsWith("excl"u8) || key.StartsWith("elig"u8);

    /// <summary>Whether a session may receive the publication.</summary>
    public bool Admits(MemberIdentity session) =>
        (_exclude is null || !_exclude.Contains(session.Session))
        && (_eligible is null || _eligible.Contains(session.Session))
        && AdmitsPrincipal(session);

    /// <summary>Like <see cref="Admits"/>, by authid and authrole only: these lists also apply to later sessions.</summary>
    public bool AdmitsPrincipal(MemberIdentity session) =>
        (_excludeAuthId is null || !_excludeAuthId.Contains(session.AuthId))
        && (_eligibleAuthId is null || _eligibleAuthId.Contains(session.AuthId))
        && (_excludeAuthRole is null || !_excludeAuthRole.Contains(session.AuthRole))
        && (_eligibleAuthRole is null || _eligibleAuthRole.Contains(session.AuthRole));

    /// <summary>Takes one of the lists; ignores other options. Returns a protocol violation for a list of the wrong type, else null.</summary>
    public ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (key.SequenceEqual("exclude"u8))
        {
            return TryReadIds(value, out _exclude) ? null : new("PUBLISH.Options.exclude must be a list of session ids");
        }

        if (key.SequenceEqual("eligible"u8))
        {
            return TryReadIds(value, out _eligible) ? null : new("PUBLISH.Options.eligible must be a list of session ids");
        }

        if (key.SequenceEqual("exclude_authid"u8))
        {
            return TryReadNames(value, out _excludeAuthId) ? null : new("PUBLISH.Options.exclude_authid must be a list of strings");
        }

        if (key.SequenceEqual("eligible_authid"u8))
        {
            return TryReadNames(value, out _eligibleAuthId) ? null : new("PUBLISH.Options.eligible_authid must be a list of strings");
        }

        if (key.SequenceEqual("exclude_authrole"u8))
        {
            return TryReadNames(value, out _excludeAuthRole) ? null : new("PUBLISH.Options.exclude_authrole must be a list of strings");
        }

        return !key.SequenceEqual("eligible_authrole"u8) || TryReadNames(value, out _eligibleAuthRole)
            ? null
            : new("PUBLISH.Options.eligible_authrole must be a list of strings");
    }

    /// <summary>The lists that also apply to later sessions, as a MessagePack dictionary. Uses the thread's writer.</summary>
    public byte[] EncodePrincipals()
    {
        var writer = MessageWriter.ForThread(Stored);
        writer.Begin(MessageCode.Event, elements: 2);
        var start = writer.Output.Length;
        var lists = new[] { _excludeAuthId, _eligibleAuthId, _excludeAuthRole, _eligibleAuthRole };
        writer.BeginDictionary(lists.Count(list => list is not null));
        Write(writer, "exclude_authid"u8, _excludeAuthId);
        Write(writer, "eligible_authid"u8, _eligibleAuthId);
        Write(writer, "exclude_authrole"u8, _excludeAuthRole);
        Write(writer, "eligible_authrole"u8, _eligibleAuthRole);
        writer.EndDictionary();
        return writer.Output.Written[start..].ToArray();
    }

    /// <summary>Reads what <see cref="EncodePrincipals"/> wrote.</summary>
    public static ReceiverFilter Decode(byte[] encoded)
    {
        var filter = new ReceiverFilter();
        var lists = new DictionaryReader(WireFormat.MessagePack, encoded);
        while (lists.TryReadNext(out var key, out var value))
        {
            filter.Take(key, value);
        }

        return filter;
    }

    private static void Write(MessageWriter writer, ReadOnlySpan<byte> key, HashSet<string>? names)
    {
        if (names is null)
        {
            return;
        }

        writer.WriteKey(key);
        writer.BeginList(names.Count);
        foreach (var name in names)
        {
            writer.WriteText(name);
        }

        writer.EndList();
    }

    private static bool TryReadIds(in WireValue value, out HashSet<ulong>? ids)
    {
        ids = [];
        var items = value.AsList();
        while (items.TryReadNext(out var item))
        {
            if (!item.TryGetId(out var id))
            {
                return false;
            }

            ids.Add(id);
        }

        return value.Kind == WireKind.List;
    }

    private static bool TryReadNames(in WireValue value, out HashSet<string>? names)
    {
        names = new HashSet<string>(StringComparer.Ordinal);
        var items = value.AsList();
        while (items.TryReadNext(out var item))
        {
            if (!item.TryGetText(out var name))
            {
                return false;
            }

            names.Add(name);
        }

        return value.Kind == WireKind.List;
    }
}
