using System.Diagnostics.CodeAnalysis;
using System.Text;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>What the router says about a message or a session, by name. Read when asked for, on any thread.</summary>
public sealed class WampDetails
{
    private readonly byte[] _encoded;
    private readonly WireFormat _format;
    private readonly IWampPayloadSerializer _serializer;

    internal WampDetails(WireFormat format, ReadOnlySpan<byte> encoded, IWampPayloadSerializer serializer)
    {
        _format = format;
        _encoded = encoded.ToArray();
        _serializer = serializer;
    }

    /// <summary>Reads one detail.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="name">Its name, such as <c>trustlevel</c>.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether it is there and a <typeparamref name="T"/>.</returns>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!TryFind(name, out var found))
        {
            return false;
        }

        try
        {
            value = _serializer.Deserialize<T>(WireJson.FromValue(found));
            return value is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>A dictionary in this one.</summary>
    internal WampDetails? GetDetails(string name) => TryFind(name, out var value) && value.Kind is WireKind.Dictionary ? new(_format, value.Raw, _serializer) : null;

    internal string? GetText(string name) => TryFind(name, out var value) && value.TryGetText(out var text) ? text : null;

    internal long? GetInteger(string name) => TryFind(name, out var value) && value.TryGetInteger(out var number) ? number : null;

    /// <summary>The features a WELCOME announces for a role (spec: "Feature Announcement").</summary>
    internal IReadOnlySet<string> FeaturesOf(string role)
    {
        var announced = new HashSet<string>(StringComparer.Ordinal);
        if (TryFind("roles", out var roles) && TryFindIn(roles, role, out var found) && TryFindIn(found, "features", out var features) && features.Kind is WireKind.Dictionary)
        {
            var reader = new DictionaryReader(_format, features.Raw);
            while (reader.TryReadNext(out var name, out var value))
            {
                if (value.TryGetBoolean(out var has) && has)
                {
                    announced.Add(Encoding.UTF8.GetString(name));
                }
            }
        }

        return announced;
    }

    internal bool GetBoolean(string name) => TryFind(name, out var value) && value.TryGetBoolean(out var flag) && flag;

    private bool TryFindIn(in WireValue dictionary, string name, out WireValue value)
    {
        value = default;
        return dictionary.Kind is WireKind.Dictionary && new DictionaryReader(_format, dictionary.Raw).TryFind(Encoding.UTF8.GetBytes(name), out value);
    }

    private bool TryFind(string name, out WireValue value) =>
        new DictionaryReader(_format, _encoded).TryFind(Encoding.UTF8.GetBytes(name), out value);
}
