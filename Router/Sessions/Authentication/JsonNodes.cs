using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace WampRouter.Sessions.Authentication;

/// <summary>How JSON objects of an application are written without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class JsonNodes : JsonSerializerContext;
