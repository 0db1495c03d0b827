using System.Text;
using System.Text.Json;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Documents;

/// <summary>
/// Parses JSON as people write it (comments and trailing commas allowed) into <see cref="DocumentNode"/>s.
/// A syntax error is a mistake with its place; there is only ever one, as nobody can know how the text was meant to go on.
/// </summary>
internal sealed class DocumentParser
{
    private const string ImpossibleEscape = @"the text has an impossible \u escape: half of a surrogate pair";

    private readonly MistakeList _mistakes;
    private readonly List<DocumentNode> _broken = [];       // told of when all of the document is known, and with it what is the name of what
    private DocumentNode? _open;        // the innermost object or list not yet closed: what a syntax error is in
    private int _end;                   // behind what was read last

    private DocumentParser(MistakeList mistakes) => _mistakes = mistakes;

    /// <summary>The root value, or null if a mistake was found.</summary>
    public static DocumentNode? Parse(MistakeList mistakes) => new DocumentParser(mistakes).Parse();

    private DocumentNode? Parse()
    {
        var source = _mistakes.Source;
        var reader = new Utf8JsonReader(
            source.Utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            Advance(ref reader);
            var root = ReadValue(ref reader, null, null, 0);
            Advance(ref reader);      // throws where something follows
            _broken.ForEach(text => _mistakes.Add(text, source.IsCode ? NameRules.HalfPair : ImpossibleEscape));
            return root;
        }
        catch (JsonException e)
        {
            var (offset, problem) = SyntaxProblem.Describe(e, source, _open, reader.TokenType == JsonTokenType.None ? null : _end);
            _mistakes.Add(offset, _open?.Path ?? "$", $"not valid JSON: {problem}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The only case left: a key with half of a UTF-16 surrogate pair in an escape, which no text can hold.
            _mistakes.Add((int)reader.TokenStartIndex, _open?.Path ?? "$", ImpossibleEscape);
            return null;
        }
    }

    private bool Advance(ref Utf8JsonReader reader)
    {
        var isMore = reader.Read();
        _end = (int)reader.BytesConsumed;
        return isMore;
    }

    private DocumentNode ReadValue(ref Utf8JsonReader reader, DocumentNode? parent, string? key, int keyOffset)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadMembers(ref reader, new DocumentNode(NodeKind.Object, offset, parent) { Key = key, KeyOffset = keyOffset });
            case JsonTokenType.StartArray:
                return ReadItems(ref reader, new DocumentNode(NodeKind.List, offset, parent) { Key = key, KeyOffset = keyOffset });
            case JsonTokenType.String:
                return ReadText(ref reader, parent, key, keyOffset);
            case JsonTokenType.Number:
                return new DocumentNode(NodeKind.Number, offset, parent) { Key = key, KeyOffset = keyOffset, Number = reader.GetDouble(), Text = Encoding.ASCII.GetString(reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new DocumentNode(NodeKind.Boolean, offset, parent) { Key = key, KeyOffset = keyOffset, Boolean = reader.GetBoolean() };
            default:
                return new DocumentNode(NodeKind.Null, offset, parent) { Key = key, KeyOffset = keyOffset };
        }
    }

    private DocumentNode ReadText(ref Utf8JsonReader reader, DocumentNode? parent, string? key, int keyOffset)
    {
        var offset = (int)reader.TokenStartIndex;
        try
        {
            return new DocumentNode(NodeKind.Text, offset, parent) { Key = key, KeyOffset = keyOffset, Text = reader.GetString()! };
        }
        catch (InvalidOperationException)
        {
            var broken = new DocumentNode(NodeKind.Text, offset, parent) { Key = key, KeyOffset = keyOffset, IsBroken = true };
            _broken.Add(broken);
            return broken;
        }
    }

    private DocumentNode ReadMembers(ref Utf8JsonReader reader, DocumentNode node)
    {
        var outer = _open;
        _open = node;
        while (Advance(ref reader) && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (key, keyOffset) = (reader.GetString()!, (int)reader.TokenStartIndex);
            Advance(ref reader);
            node.Add(ReadValue(ref reader, node, key, keyOffset));
        }

        _open = outer;
        return node;
    }

    private DocumentNode ReadItems(ref Utf8JsonReader reader, DocumentNode node)
    {
        var outer = _open;
        _open = node;
        while (Advance(ref reader) && reader.TokenType != JsonTokenType.EndArray)
        {
            node.Add(ReadValue(ref reader, node, null, 0));
        }

        _open = outer;
        return node;
    }
}
