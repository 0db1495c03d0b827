using System.Globalization;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>Values that several of the router's results and events contain.</summary>
internal static class MetaValues
{
    private static readonly MatchPolicy[] Policies = [MatchPolicy.Exact, MatchPolicy.Prefix, MatchPolicy.Wildcard];

    /// <summary>Writes a list of ids.</summary>
    public static void WriteIds(this MessageWriter writer, IReadOnlyCollection<ulong> ids)
    {
        writer.BeginList(ids.Count);
        foreach (var id in ids)
        {
            writer.WriteId(id);
        }

        writer.EndList();
    }

    /// <summary>Writes ids as a dictionary of lists, one list for each match policy.</summary>
    public static void WriteIdsByMatch(this MessageWriter writer, ILookup<MatchPolicy, ulong> ids)
    {
        writer.BeginDictionary(Policies.Length);
        foreach (var match in Policies)
        {
            writer.WriteKey(MatchPolicies.Word(match));
            writer.WriteIds([.. ids[match]]);
        }

        writer.EndDictionary();
    }

    /// <summary>Writes an entry whose value is a text.</summary>
    public static void WriteEntry(this MessageWriter writer, ReadOnlySpan<byte> key, string value)
    {
        writer.WriteKey(key);
        writer.WriteText(value);
    }

    /// <summary>Writes the list of two ids that is the argument of most events.</summary>
    public static void WritePair(MessageWriter writer, (ulong Session, ulong Subject) ids)
    {
        writer.BeginList(2);
        writer.WriteId(ids.Session);
        writer.WriteId(ids.Subject);
        writer.EndList();
    }

    /// <summary>Writes the four entries that subscriptions and registrations have in common.</summary>
    public static void WriteOrigin(this MessageWriter writer, ulong id, DateTimeOffset created, ReadOnlySpan<byte> uri, MatchPolicy match)
    {
        writer.WriteKey("id"u8);
        writer.WriteId(id);
        writer.WriteEntry("created"u8, created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteKey("uri"u8);
        writer.WriteText(uri);
        writer.WriteKey("match"u8);
        writer.WriteText(MatchPolicies.Word(match));
    }
}
