using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WampRouter.Transports.Admission;

/// <summary>The proxies that are believed when they say for whom they have opened a connection: by their addresses. Immutable; any thread.</summary>
internal sealed class TrustedProxies
{
    /// <summary>The word for everybody who comes through a Unix domain socket.</summary>
    public const string UnixWord = "unix";

    private static readonly string[] ThisMachine = ["127.0.0.0/8", "::1", UnixWord];

    private readonly IPNetwork[] _networks;
    private readonly bool _takesUnix;

    /// <param name="entries">Addresses, blocks and <see cref="UnixWord"/>, checked by <see cref="FindMistake"/>. None: the proxies of this machine.</param>
    public TrustedProxies(IReadOnlyCollection<string> entries)
    {
        IsDefault = entries.Count == 0;
        var all = IsDefault ? ThisMachine : entries;
        _networks = [.. all.Select(static entry => TryParse(entry, out var address, out var prefix) ? new IPNetwork(FirstOf(address, prefix), prefix) : (IPNetwork?)null).OfType<IPNetwork>()];
        _takesUnix = all.Contains(UnixWord, StringComparer.OrdinalIgnoreCase);
        Text = IsDefault ? "those of this machine" : string.Join(", ", all);
    }

    /// <summary>Whether the settings name none, so that these are the proxies of this machine.</summary>
    public bool IsDefault { get; }

    /// <summary>Whether everybody is one of them, over IPv4 or over IPv6.</summary>
    public bool IsEverybody => _networks.Any(static network => network.PrefixLength == 0);

    private string Text { get; }

    /// <summary>Whether a connection comes from one of them.</summary>
    /// <param name="remote">Its other end.</param>
    public bool Contains(EndPoint? remote) => remote is IPEndPoint ip ? Contains(ip.Address) : remote is UnixDomainSocketEndPoint && _takesUnix;

    /// <summary>Whether an address is one of theirs. An IPv4 address that is mapped into IPv6 is the IPv4 address.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is wrong with an entry and what to write instead; null where it is right.</summary>
    public static string? FindMistake(string entry)
    {
        if (entry.Equals(UnixWord, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!TryParse(entry, out var address, out var prefix))
        {
            return "must be an address ('10.0.0.5', '2001:db8::5'), a block ('10.0.0.0/8', '2001:db8::/32') or 'unix'";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return prefix < 96 ? "is a block of IPv4 addresses mapped into IPv6, and more; write the two parts" : $"is IPv4 mapped into IPv6: write '{Show(address.MapToIPv4(), prefix - 96)}'";
        }

        var first = FirstOf(address, prefix);
        return first.Equals(address) ? null : $"has bits after the first {prefix.ToString(CultureInfo.InvariantCulture)}: write '{Show(first, prefix)}', or '{address}' for the one address";
    }

    /// <summary>As the settings have them, for the log.</summary>
    public override string ToString() => Text;

    private static bool TryParse(string entry, [NotNullWhen(true)] out IPAddress? address, out int prefix)
    {
        var slash = entry.IndexOf('/');
        var name = slash < 0 ? entry : entry[..slash];
        prefix = 0;

        // The framework takes '10' for 0.0.0.10, and 'fe80::1%eth0' with a zone, which no list of networks means.
        if (!IPAddress.TryParse(name, out address) || name.Contains('%') || name.Contains('[')
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != name))
        {
            return false;
        }

        var longest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        prefix = longest;
        return slash < 0 || (int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= longest);
    }

    /// <summary>The first address of a block: all bits after its prefix are 0.</summary>
    private static IPAddress FirstOf(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF00 >> kept);
        }

        return new IPAddress(bytes);
    }

    private static string Show(IPAddress address, int prefix) => string.Create(CultureInfo.InvariantCulture, $"{address}/{prefix}");
}
