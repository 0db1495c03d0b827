using System.Text.Json.Serialization;

namespace SensorService;

/// <summary>What an event of a sensor's topic carries, as JSON: <c>{"sensor": "humidity", "value": 47.5, "unit": "%", "measuredAt": "2026-01-31T12:00:00+00:00"}</c>.</summary>
internal sealed record Reading(string Sensor, double Value, string Unit, DateTimeOffset MeasuredAt);

[JsonSerializable(typeof(Reading))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ReadingJson : JsonSerializerContext;
