using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace WampRouter.Sessions.Authentication;

/// <summary>Serializes JSON objects of the application without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class JsonNodes : JsonSerializerContext;
