using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Realms.Reflection;

/// <summary>What a URI can be (<c>rfc/text/advanced/interface_reflection.md</c>). One URI can be several of them.</summary>
internal enum ReflectedKind : byte
{
    Topic,
    Procedure,
    Error,
}

/// <summary>What is defined.</summary>
/// <param name="Kind">As what.</param>
/// <param name="Uri">The topic, procedure or error.</param>
internal readonly record struct DefinitionKey(ReflectedKind Kind, string Uri);

/// <summary>What one session says of a topic, procedure or error. Immutable.</summary>
/// <param name="Owner">Whose it is: it goes when the session goes.</param>
/// <param name="Key">What is defined.</param>
/// <param name="Encoded">The definition, a MessagePack dictionary: whatever its serializer was, it can be told to everybody in theirs.</param>
internal sealed record Definition(Member Owner, DefinitionKey Key, byte[] Encoded)
{
    /// <summary>What clients make the router keep.</summary>
    public int SizeInBytes => (Key.Uri.Length * sizeof(char)) + Encoded.Length;

    /// <summary>The dictionary.</summary>
    public WireValue Value => new(WireFormat.MessagePack, Encoded);

    /// <summary>Whether both say the same.</summary>
    public bool Says(Definition other) => Encoded.AsSpan().SequenceEqual(other.Encoded);
}
