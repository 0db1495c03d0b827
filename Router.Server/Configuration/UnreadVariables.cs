using System.Globalization;
using System.Net;
using WampRouter.Configuration;

namespace WampRouter.Server.Configuration;

/// <summary>The environment variables with which other ASP.NET Core programs are told where to listen. The router is not one of them: it says so, instead of listening elsewhere without a word.</summary>
internal static class UnreadVariables
{
    private static readonly string[] Addresses = ["ASPNETCORE_URLS", "DOTNET_URLS"];
    private static readonly string[] Ports = ["ASPNETCORE_HTTP_PORTS", "DOTNET_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_HTTPS_PORTS"];
    private static readonly string[] Endpoints = ["Kestrel__", "ASPNETCORE_Kestrel__", "DOTNET_Kestrel__"];

    /// <summary>A note for each that is set. Container images set ports by themselves: those that the router listens at anyway are left out.</summary>
    public static IEnumerable<ConfigurationMistake> Find(IEnumerable<KeyValuePair<string, string>> environment, IEnumerable<ListenerOptions> listeners) =>
        from variable in environment
        where variable.Value.Length > 0 && (Addresses.Contains(variable.Key) || (Ports.Contains(variable.Key) && !IsSoAnyway(variable.Value, listeners)) || IsEndpoint(variable.Key))
        select new ConfigurationMistake(
            $"environment variable {variable.Key}", "is not read; where the router listens is said by WampRouter__Listeners__0__Url, or --port for the port alone");

    private static bool IsEndpoint(string name) => Array.Exists(Endpoints, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static bool IsSoAnyway(string ports, IEnumerable<ListenerOptions> listeners)
    {
        var served = listeners.Select(listener => ListenerAddress.TryParse(listener.Url, out var address, out _) ? address : null)
            .Where(address => address?.Ip is { } ip && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            .Select(address => address!.Port.ToString(CultureInfo.InvariantCulture))
            .ToHashSet();
        return ports.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(served.Contains);
    }
}
