using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Realms.Reflection;

/// <summary>The kinds of URI that reflection describes (<c>rfc/text/advanced/interface_reflection.md</c>). One URI can have several of them.</summary>
internal enum ReflectedKind : byte
{
    Topic,
    Procedure,
    Error,
}

/// <summary>What a definition is about.</summary>
/// <param name="Kind">The kind of the URI.</param>
/// <param name="Uri">The topic, procedure or error.</param>
internal readonly record struct DefinitionKey(ReflectedKind Kind, string Uri);

/// <summary>One session's description of a topic, procedure or error. Immutable.</summary>
/// <param name="Owner">The session; its definitions end with it.</param>
/// <param name="Key">What it is about.</param>
/// <param name="Encoded">The definition, a MessagePack dictionary, whatever the serializer of the session; it is transcoded for each reader.</param>
internal sealed record Definition(Member Owner, DefinitionKey Key, byte[] Encoded)
{
    /// <summary>Roughly the memory it takes.</summary>
    public int SizeInBytes => (Key.Uri.Length * sizeof(char)) + Encoded.Length;

    /// <summary>The dictionary.</summary>
    public WireValue Value => new(WireFormat.MessagePack, Encoded);

    /// <summary>Whether another definition has the same content.</summary>
    public bool Says(Definition other) => Encoded.AsSpan().SequenceEqual(other.Encoded);
}
