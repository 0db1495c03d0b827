using System.Collections.Concurrent;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;

namespace WampRouter.Client.Newtonsoft;

/// <summary>
/// Takes the place of every serializer for types that Newtonsoft.Json would write as <c>{}</c>, or as an object of properties that nobody can make the value of
/// again, and refuses them.
/// </summary>
/// <param name="contracts">How the serializer sees types.</param>
internal sealed class UnwritableConverter(IContractResolver contracts) : JsonConverter
{
    private readonly ConcurrentDictionary<Type, string?> _reasons = new();

    public override bool CanConvert(Type objectType) => Explain(objectType) is not null;

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) => throw Refusal(value!.GetType());

    public override object ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) => throw Refusal(objectType);

    private NotSupportedException Refusal(Type type) => UnwritableTypes.Refusal(type, Explain(type)!);

    private string? Explain(Type type) => _reasons.GetOrAdd(type, t => UnwritableTypes.Explain(t) ?? ExplainContract(contracts.ResolveContract(t)));

    private static bool CanBeMade(JsonObjectContract type) => type.CreatorParameters.Count > 0
        ? type.CreatorParameters.All(p => type.Properties.GetClosestMatchProperty(p.PropertyName!) is { Readable: true })
        : type.Properties.Any(p => p is { Writable: true, Ignored: false });

    private static string? ExplainContract(JsonContract contract)
    {
        var type = contract.UnderlyingType;
        if (contract.Converter is not null || type == typeof(object) || type.IsAbstract)
        {
            return null;
        }

        return contract switch
        {
            JsonObjectContract { ExtensionDataGetter: null } known when !known.Properties.Any(p => p is { Readable: true, Ignored: false }) =>
                UnwritableTypes.HasState(type) ? "it has no public fields or properties: give it some, or add a converter" : null,
            JsonObjectContract known when UnwritableTypes.IsOfFramework(type) && !CanBeMade(known) =>
                "nobody could make it of its properties again: send its ToString() or its parts, or add a converter",
            _ => null,
        };
    }
}
