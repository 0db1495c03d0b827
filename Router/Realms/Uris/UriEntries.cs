using System.Collections.Concurrent;
using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Uris;

/// <summary>The entries of a <see cref="UriTable"/>, found by the UTF-8 bytes of their URIs without allocating a key.</summary>
internal sealed class UriEntries
{
    public UriEntries() => ByBytes = ByUri.GetAlternateLookup<ReadOnlySpan<byte>>();

    public ConcurrentDictionary<byte[], UriEntry> ByUri { get; } = new(Utf8Comparer.Instance);

    public ConcurrentDictionary<byte[], UriEntry>.AlternateLookup<ReadOnlySpan<byte>> ByBytes { get; }
}
