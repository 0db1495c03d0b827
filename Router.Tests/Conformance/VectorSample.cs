using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance;

/// <summary>One sample of a vector file (the shape of the official <c>SCHEMA.json</c>): one message in all its encodings, and what it must decode to.</summary>
internal sealed record VectorSample(string Name, JObject Expected, IReadOnlyDictionary<WireFormat, byte[][]> Encodings)
{
    private static readonly Dictionary<string, WireFormat> Serializers = new()
    {
        ["json"] = WireFormat.Json,
        ["msgpack"] = WireFormat.MessagePack,
        ["cbor"] = WireFormat.Cbor,
    };

    public int MessageType => Expected.Value<int>("message_type");

    /// <summary>Every file below a folder; none if the folder does not exist.</summary>
    public static IEnumerable<(string Name, JObject Document)> Files(string? folder) =>
        folder is null || !Directory.Exists(folder) ? [] :
        from path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let document = Parse(File.ReadAllText(path))
        where document.ContainsKey("samples")
        select (Path.GetRelativePath(folder, path), document);

    /// <summary>Every sample that lists encodings.</summary>
    public static IEnumerable<VectorSample> In(string? folder) =>
        from file in Files(folder)
        from sample in file.Document["samples"]!.Cast<JObject>()
        where sample.ContainsKey("serializers")
        select new VectorSample(
            $"{file.Name}: {sample.Value<string>("description")}",
            (JObject)sample["expected_attributes"]!,
            sample["serializers"]!.Cast<JProperty>().Where(p => Serializers.ContainsKey(p.Name))
                .ToDictionary(p => Serializers[p.Name], p => p.Value.Select(BytesOf).ToArray()));

    public override string ToString() => Name;

    private static byte[] BytesOf(JToken encoding) =>
        encoding.Value<string>("bytes_hex") is { } hex ? Convert.FromHexString(hex)
        : encoding.Value<string>("bytes_base64") is { } base64 ? Convert.FromBase64String(base64)
        : System.Text.Encoding.UTF8.GetBytes(encoding.Value<string>("bytes")!);

    private static JObject Parse(string json)
    {
        using var reader = new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None };
        return JObject.Load(reader);
    }
}
