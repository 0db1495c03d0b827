using System.Buffers;
using System.Collections;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The table of types in the client's README: each row goes to a procedure and comes back, over each serializer, and the table says what came of it.</summary>
internal sealed class TypeTableTests
{
    private static readonly WampJsonSerializer WithoutContext = new();

    internal enum Color
    {
        Red,
        Green,
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Level>))]
    internal enum Level
    {
        Low,
        High,
    }

    private static readonly Row[] Rows =
    [
        new Row<bool>("bool", true),
        new Row<int>("whole numbers", -5, "`byte`, `sbyte`, `short`, `ushort`, `int`, `uint`, `long`, `ulong`"),
        new Row<ulong>("ulong beyond long", ulong.MaxValue, "`ulong` beyond 2^63"),
        new Row<BigInteger>("BigInteger", BigInteger.Pow(2, 100) + 1, "`BigInteger`, `Int128`, `UInt128` beyond 64 bits"),
        new Row<double>("double", 21.5, "`double`, `float`, `Half`"),
        new Row<decimal>("decimal", 0.1m, "`decimal` of up to 15 digits"),
        new Row<decimal>("decimal with more digits", 1234567890.1234567890m, "`decimal` of more digits"),
        new Row<string>("string", "Größe", "`string`, `char`"),
        new Row<Guid>("Guid", Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff")),
        new Row<Uri>("Uri", new Uri("https://example.com/a")),
        new Row<DateTime>("DateTime", new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc)),
        new Row<DateTimeOffset>("DateTimeOffset", new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.FromHours(1))),
        new Row<DateOnly>("DateOnly", new DateOnly(2026, 1, 31)),
        new Row<TimeOnly>("TimeOnly", new TimeOnly(12, 30)),
        new Row<TimeSpan>("TimeSpan", TimeSpan.FromMinutes(90)),
        new Row<byte[]>("byte[]", [1, 2, 3]),
        new Row<ReadOnlyMemory<byte>>("ReadOnlyMemory<byte>", new byte[] { 1, 2, 3 }, "`Memory<byte>`, `ReadOnlyMemory<byte>`"),
        new Row<int?>("int?", null, "`int?` and other `Nullable<T>`, without a value"),
        new Row<Color>("enum", Color.Green, "an enum"),
        new Row<Level>("enum as text", Level.High, "an enum with `JsonStringEnumConverter`"),
        new Row<(int Count, string Unit)>("tuple", (1, "x"), "a tuple, such as `(int, string)`"),
        new Row<Order>("record", new Order("tea", 2), "a record, class or struct"),
        new Row<int[]>("int[]", [1, 2], "`int[]`, `string[]`, `List<int>` and the like"),
        new Row<ImmutableArray<int>>("ImmutableArray<int>", [1, 2], "other collections, such as `HashSet<int>`, `ImmutableArray<int>`"),
        new Row<Dictionary<string, object>>("Dictionary<string, object>", new() { ["unit"] = "C" }, "`Dictionary<string, string>`, `Dictionary<string, object>`"),
        new Row<Dictionary<int, string>>("Dictionary<int, string>", new() { [7] = "x" }, "dictionaries with other keys"),
        new Row<JsonNode>("JsonNode", JsonNode.Parse("""{"a":[1]}""")!, "`JsonNode`, `JsonElement`, `JsonDocument`"),
    ];

    [Test]
    public async Task Readme_TableOfTypes_SaysWhatBecomesOfEach()
    {
        var expected = new List<string>();
        foreach (var row in Rows)
        {
            expected.Add(await row.LineAsync());
        }

        var readme = await File.ReadAllTextAsync(Path.Combine(Here(), "..", "..", "Clients", "WampRouter.Client", "README.md"));
        var lines = readme.Split('\n').SkipWhile(line => !line.StartsWith("| type | in JSON |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));
        Assert.That(string.Join('\n', lines), Is.EqualTo(string.Join('\n', expected)), $"The table is to be:\n{string.Join('\n', expected)}\n");
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    internal sealed record Order(string Item, int Count);

    private abstract class Row(string type, string? label)
    {
        private const string Refused = "refused";

        public async Task<string> LineAsync()
        {
            var json = await CarryAsync(WampSerializer.Json);
            var cells = new List<string>();
            foreach (var serializer in (WampSerializer[])[WampSerializer.MessagePack, WampSerializer.Cbor])
            {
                cells.Add(await CarryAsync(serializer) is null ? Refused : "yes");
            }

            return $"| {label ?? $"`{type}`"} | {(json is null ? Refused : $"`{json}`")} | {string.Join(" | ", cells)} | {(IsBuiltIn() ? "yes" : "with a context")} |";
        }

        /// <summary>Calls with the value, and gets it back. Returns the argument as JSON, or null where it is refused.</summary>
        protected abstract Task<string?> CarryAsync(WampSerializer serializer);

        protected abstract bool IsBuiltIn();
    }

    private sealed class Row<T>(string type, T value, string? label = null) : Row(type, label)
    {
        protected override async Task<string?> CarryAsync(WampSerializer serializer)
        {
            await using var joined = await JoinedClient.JoinAsync(serializer);
            Task<T> calling;
            try
            {
                calling = joined.Client.CallAsync<T>("com.example.echo", [value]);
                if (calling.IsFaulted)
                {
                    await calling;
                }
            }
            catch (WampSerializationException)
            {
                return null;
            }

            var call = await joined.Peer.ReceiveAsync();
            var argument = call[(call.IndexOf('[', 1) + 1)..^2];
            await joined.Peer.SendAsync($"[50,1,{{}},[{argument}]]");
            Assert.That(Comparable(await calling.Soon()), Is.EqualTo(Comparable(value)), $"{typeof(T)} over {serializer}");
            return argument;
        }

        protected override bool IsBuiltIn()
        {
            try
            {
                var output = new ArrayBufferWriter<byte>();
                WithoutContext.Serialize(output, value);
                WithoutContext.Deserialize<T>(output.WrittenSpan);
                return true;
            }
            catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
            {
                return false;
            }
        }

        private static object? Comparable(T one) => one switch
        {
            ReadOnlyMemory<byte> bytes => bytes.ToArray(),
            IDictionary or JsonNode => JsonSerializer.Serialize(one),
            _ => one,
        };
    }
}
