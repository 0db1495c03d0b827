using System.Globalization;

namespace WampRouter.Configuration.Documents;

/// <summary>What kind of JSON value a node is.</summary>
internal enum NodeKind : byte
{
    Object,
    List,
    Text,
    Number,
    Boolean,
    Null,
}

/// <summary>A JSON value that remembers where it stands, which <c>JsonDocument</c> does not. Immutable once parsed.</summary>
internal sealed class DocumentNode(NodeKind kind, int offset, DocumentNode? parent)
{
    private readonly List<DocumentNode> _children = [];

    /// <summary>What the value is.</summary>
    public NodeKind Kind { get; } = kind;

    /// <summary>The first byte of the value in its file.</summary>
    public int Offset { get; } = offset;

    /// <summary>What it is in; null for the root.</summary>
    public DocumentNode? Parent { get; } = parent;

    /// <summary>Its place among the members or items, from 0.</summary>
    public int Index { get; private set; }

    /// <summary>The key of an object's member; null in a list and at the root.</summary>
    public string? Key { get; init; }

    /// <summary>The first byte of the key.</summary>
    public int KeyOffset { get; init; }

    /// <summary>The value of <see cref="NodeKind.Text"/>; of a <see cref="NodeKind.Number"/> how it is written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it is a text that is none, as it holds half of a surrogate pair. That was told of, and <see cref="Text"/> means nothing.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The value of <see cref="NodeKind.Number"/>.</summary>
    public double Number { get; init; }

    /// <summary>The value of <see cref="NodeKind.Boolean"/>.</summary>
    public bool Boolean { get; init; }

    /// <summary>Members of an object (a key may be there twice) or items of a list, in the order of the file.</summary>
    public IReadOnlyList<DocumentNode> Children => _children;

    /// <summary>The JSON path, such as <c>$.roles[0].name</c>. Worked out when asked: only mistakes need it.</summary>
    public string Path => Parent switch
    {
        null => "$",
        { Kind: NodeKind.List } => string.Create(CultureInfo.InvariantCulture, $"{Parent.Path}[{Index}]"),
        _ => Parent.Path + Step(Key!),
    };

    /// <summary>The kind in an admin's words.</summary>
    public string KindInWords => Kind switch
    {
        NodeKind.Object => "an object {…}",
        NodeKind.List => "a list […]",
        NodeKind.Text => "a text",
        NodeKind.Number => "a number",
        NodeKind.Boolean => Boolean ? "true" : "false",
        _ => "null",
    };

    /// <summary>For the parser alone.</summary>
    public void Add(DocumentNode child)
    {
        child.Index = _children.Count;
        _children.Add(child);
    }

    private static string Step(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$') ? $".{key}" : $"[{Words.Quote(key)}]";
}
