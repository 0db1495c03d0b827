using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Realms.Uris;

/// <summary>The entries of a <see cref="UriTable"/>, found by the UTF-8 bytes of their URIs without allocating a key.</summary>
internal sealed class UriEntries
{
    public UriEntries() => ByBytes = ByUri.GetAlternateLookup<ReadOnlySpan<byte>>();

    public ConcurrentDictionary<byte[], UriEntry> ByUri { get; } = new(Utf8Comparer.Instance);

    public ConcurrentDictionary<byte[], UriEntry>.AlternateLookup<ReadOnlySpan<byte>> ByBytes { get; }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => Utf8Hash.Of(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
