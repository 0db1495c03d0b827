using System.Text.Json.Serialization;

namespace NativeService;

/// <summary>A type of the service's own, as it is called with and answers.</summary>
internal sealed record Order(string Item, int Count, DateTimeOffset At);

[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(List<Order>))]
internal sealed partial class OrderJson : JsonSerializerContext;
