using System.Text;

namespace WampRouter.Tests.Clients.Generators;

/// <summary>
/// Interfaces with <c>[WampContract]</c> by a grammar: of two in three every member can be sent, and only names, types, attributes and places are odd; in the others anything may be
/// anywhere. Most of them compile without the generator.
/// </summary>
internal sealed class RandomContract(Random random)
{
    /// <summary>What the interfaces are made of beside the framework's types.</summary>
    public const string Prelude = """
        using System.IO;
        namespace Given
        {
            public record Item(int Number, string? Text);
            public struct Pair { public int A; }
            public enum Kind : sbyte { One = -1, Two }
            public sealed class Box<T> { public T? Content { get; set; } }
            public sealed record @await(int A);
            public static class Outer { public sealed record @class(int A); }
            [Obsolete("Gone.", true)] public record Old(int A);
            [Obsolete] public record Older(int A);
            [Experimental("X1")] public record New(int A);
            public interface IWhole<T> { [WampProcedure("base.whole")] Task<T> Whole(T a, [WampNamed] T? b = default); }
            public interface ITwins<T> { [WampProcedure("base.one")] Task Twin(T a); [WampTopic("base.two")] Task Twin(string a); }
            public interface ILoose { void Loose(); }
            public interface IStatic { static abstract int Static { get; } }
            [WampContract("base.contract")] public partial interface IOther { [WampTopic("other")] Task Other(WampEvent? message = null); }
        }
        """;

    private static readonly string[] Names =
    [
        "Get", "Set", "await", "class", "event", "async", "record", "value", "field", "_", "ToString", "GetHashCode", "Equals", "Code", "Proxy", "WampGenerated", "WampRouter", "System", "global", "client",
        "callOptions", "implementation", "handler", "invocation", "message", "reader", "result", "arguments", "arguments_", "value0", "value1", "piece", "_client", "_options0", "Procedure0", "Topic1", "var",
        "dynamic", "nint", "file", "required", "scoped", "partial", "where", "yield", "set", "init", "and", "not", "when", "nameof", "é", "हिन्दी", "a‿b", "extension", "allows", "unmanaged", "this", "base",
    ];

    private static readonly (string Type, string[] Defaults)[] Sent =
    [
        ("int", ["1", "int.MinValue", "default"]), ("int?", ["null", "3"]), ("string", ["\"\"", "\"\\ud800\\\"\\0\"", "null!"]), ("string?", ["null", "\"a\\r\\nb\""]), ("object", ["null!"]), ("object?", ["null"]),
        ("dynamic", ["null!"]), ("dynamic?", ["null"]), ("int[]", ["null!"]), ("string?[]?", ["null"]), ("List<dynamic?>", ["null!"]), ("Dictionary<string, int?>?", ["null"]), ("(int A, string? B)", ["default"]),
        ("(int @class, int @await)?", ["null"]), ("(int, int, int, int, int, int, int, string?, Kind?)", ["default"]), ("Item", ["null!"]), ("Item?", ["null"]), ("Pair", ["default"]), ("Pair?", ["null", "default"]),
        ("Kind", ["Kind.One", "(Kind)77", "default"]), ("Kind?", ["Kind.Two", "null"]), ("DateTime", ["default"]), ("decimal", ["1.50m", "-0.0m"]), ("double", ["double.NaN", "-0.0", "1e300"]), ("float", ["float.Epsilon"]),
        ("char", ["'\\''", "'\\ud800'"]), ("ulong", ["ulong.MaxValue"]), ("byte[]", ["null!"]), ("ReadOnlyMemory<byte>", ["default"]), ("Box<string?>", ["null!"]), ("Box<System.IO.Stream>?", ["null"]),
        ("Box<(int @for, dynamic)>", ["null!"]), ("Given.@await", ["null!"]), ("Given.@await?[]", ["null!"]), ("Outer.@class?", ["null"]), ("Older", ["null!"]), ("New", ["null!"]), ("New?[]?", ["null"]), ("IEnumerable<object?>", ["null!"]),
        ("System.Text.Json.JsonElement", ["default"]), ("Guid?", ["null"]), ("DayOfWeek", ["DayOfWeek.Friday"]), ("nint", ["3"]), ("Int128", ["default"]), ("int[,]?", ["null"]), ("int[]?[]", ["null!"]),
    ];

    private static readonly string[] Others =
    [
        "CancellationToken", "WampCallOptions?", "WampPublishOptions?", "WampInvocation?", "WampEvent?", "IAsyncEnumerable<string?>", "IAsyncEnumerable<Given.@await>", "CancellationToken?", "WampEvent", "WampInvocation[]",
        "WampPayload", "WampArguments", "WampArguments?", "Task", "Task<int>?", "ValueTask<int>", "System.IO.Stream", "System.IO.Stream?[]", "Action", "Func<int, int>?", "Span<int>", "ReadOnlySpan<byte>", "int*", "delegate*<int, void>",
        "int*[]", "IProgress<int>", "IWampClient", "WampClient?", "IAsyncEnumerable<Task>", "IAsyncEnumerable<int>?", "List<Action>", "(int, Task)", "Dictionary<string, CancellationToken>", "SemaphoreSlim", "Old", "Missing",
    ];

    private static readonly string[] AttributesOfParameters = ["[MaybeNull]", "[DisallowNull]", "[AllowNull]", "[NotNull]", "[NotNullWhen(true)]"];

    private static readonly string[] AttributesOfMethods =
    [
        "[Obsolete]", "[Obsolete(\"Gone.\", true)]", "[Experimental(\"X2\")]", "[return: MaybeNull]", "[return: NotNull]", "[DoesNotReturn]", "[System.ComponentModel.EditorBrowsable]", "[Experimental(\"X3\"), Obsolete(\"Gone.\", true)]",
        "[RequiresUnreferencedCode(\"No.\")]", "[MemberNotNull]", "[System.Diagnostics.StackTraceHidden]", "[CLSCompliant(false)]",
    ];

    private static readonly string[] OddMembers =
    [
        "int {0} {{ get; }}", "int {0} {{ get => 1; }}", "static int {0} => 1;", "static abstract int {0} {{ get; set; }}", "event Action {0};", "event Action? {0} {{ add {{ }} remove {{ }} }}", "int this[int {0}] {{ get; }}", "int this[string {0}] => 1;",
        "const int {0} = 1;", "class {0};", "interface {0} {{ void M(); }}", "static abstract Inner operator +(Inner a, int b);", "static void {0}(int a) {{ }}", "[WampProcedure(\"odd.static\")] static Task {0}() => Task.CompletedTask;",
        "[WampTopic(\"odd.sealed\")] sealed Task {0}() => Task.CompletedTask;", "private Task {0}() => Task.CompletedTask;", "protected Task {0}();", "[WampTopic(\"odd.internal\")] internal Task {0}();", "[WampProcedure(\"odd.generic\")] Task {0}<T>(T a);",
        "[WampTopic(\"odd.arglist\")] Task {0}(__arglist);", "[WampProcedure(\"odd.ref\")] ref Task {0}();", "[WampProcedure(\"odd.in\")] Task {0}(in int a, ref readonly int b);", "[WampProcedure(\"odd.both\"), WampTopic(\"odd.both\")] Task {0}();",
        "int {0} {{ [WampProcedure(\"odd.accessor\")] get => 1; }}", "[WampProcedure(\"odd.name\")] Task {0}([WampNamed(\"\")] int a);", "void {0}();", "[WampProcedure(\"odd.partial\")] public partial Task {0}(); public partial Task {0}() => Task.CompletedTask;",
        "[WampProcedure(\"odd.new\")] new Task ToString();", "static {0}() {{ }}", "void ILoose.Loose() {{ }}", "abstract void ILoose.Loose();", "[WampTopic(\"odd.contract\")] Task Contract();", "[WampProcedure(new[] {{ \"odd\" }})] Task {0}();",
    ];

    private static readonly string[] Containers = ["public partial class", "internal static partial class", "public partial record", "public partial interface", "public partial struct", "public readonly partial record struct", "public ref partial struct"];
    private static readonly string[] OddContainers = ["public class", "file partial class", "public partial class Generic<T> { public partial class"];
    private static readonly string[] Bases = ["IWhole<string?>", "IWhole<(int @class, int)>", "IWhole<Given.@await>", "IWhole<Kind?>", "IOther", "IDisposable"];
    private static readonly string[] OddBases = ["ITwins<string>", "ITwins<string?>", "ITwins<int>", "ILoose", "IStatic", "IWhole<Task>", "ICloneable", "IWhole<List<dynamic>>"];
    private static readonly string[] Uris = ["a.b", "a.c", "a.d", "é.\\\"", "a.b.c.d", "A.B"];
    private static readonly string[] OddUris = ["", "a b", "a..b", "a.", "*", "\\ud800", "{0}"];

    private bool _isOdd;

    /// <summary>The text of a file with one interface, in a namespace of its own.</summary>
    public string Write(int number)
    {
        _isOdd = random.Next(3) == 0;
        var text = new StringBuilder("#pragma warning disable X1\nusing Given;\n");
        text.Append($"namespace R{number}{(OneIn(4) ? $".@{Pick(Names)}" : string.Empty)}\n{{\n");
        var blocks = 1;
        while (OneIn(3))
        {
            var container = IsOdd(3) ? Pick(OddContainers) : Pick(Containers);
            text.Append($"{(OneIn(8) ? Pick(AttributesOfMethods[..3]) : string.Empty)} {container} @{Pick(Names)}\n{{\n");
            blocks += container.Count(c => c == '{') + 1;
        }

        WriteInterface(text, number);
        return text.Append('}', blocks).ToString();
    }

    private void WriteInterface(StringBuilder text, int number)
    {
        var attributes = OneIn(5) ? Pick(AttributesOfMethods[..3]) : string.Empty;
        var name = OneIn(2) ? "@" + Pick(Names) : $"I{number}";
        var bases = OneIn(3) ? " : " + (IsOdd(2) ? Pick(OddBases) : Pick(Bases)) + (IsOdd(4) ? ", IStatic" : string.Empty) : string.Empty;
        var access = IsOdd(5) ? Pick("private", "file", "protected", string.Empty) : Pick("public", "internal");
        text.Append($"{attributes} [WampContract({Pick("", "\"p\"", "\"p.q\"")})] {access} {(_isOdd ? "unsafe " : string.Empty)}{(IsOdd(8) ? string.Empty : "partial ")}interface {name}{bases}\n{{\n");
        for (var member = random.Next(_isOdd ? 4 : 3) + (_isOdd ? 0 : 1); member > 0; member--)
        {
            text.Append("    ").AppendLine(IsOdd(3) ? string.Format(null, Pick(OddMembers), "@" + Pick(Names)).Replace("Inner", name, StringComparison.Ordinal) : Method(member));
        }

        text.Append("}\n");
    }

    private string Method(int number)
    {
        var isTopic = OneIn(3);
        var spreads = !isTopic && OneIn(6);
        var attributes = string.Concat(Enumerable.Range(0, random.Next(3) / 2 * 2).Select(_ => Pick(AttributesOfMethods)).Distinct());
        var result = spreads && !IsOdd(4) ? $"({Pick(Sent).Type} {(OneIn(2) ? "@" + Pick(Names) : "A")}, {Pick(Sent).Type})" : IsOdd(3) ? Pick(Others) : Pick(Sent).Type;
        var returns =
            IsOdd(6) ? Pick("void", "int", "Task[]", "IEnumerable<int>", "IAsyncEnumerable<Task>", $"Task<{result}>")
            : isTopic ? Pick("Task", "ValueTask")
            : spreads || OneIn(2) ? $"{Pick("Task", "ValueTask", "IAsyncEnumerable")}<{result}>"
            : Pick("Task", "ValueTask", "Task<WampArguments>", "ValueTask<WampArguments?>", "IAsyncEnumerable<WampArguments?>", $"Task<{result}>");
        var body = OneIn(8) ? " => throw null!;" : ";";
        return $"{Link(number, isTopic, spreads)} {attributes} {returns} @{Pick(Names)}{(OneIn(2) ? number : string.Empty)}({Parameters(isTopic)}){body}";
    }

    private string Link(int number, bool isTopic, bool spreads)
    {
        var options = spreads ? ", SpreadResult = true" : string.Empty;
        options += OneIn(4) ? $", Match = {(IsOdd(3) ? "(WampMatch)99" : Pick("WampMatch.Exact", "WampMatch.Prefix", "WampMatch.Wildcard"))}" : string.Empty;
        options += OneIn(6) ? $", DiscloseMe = {Pick("true", "false")}" : string.Empty;
        options += IsOdd(8) ? isTopic ? Pick(", BufferSize = 0", ", Overflow = (WampOverflowPolicy)9") : Pick(", TimeoutMilliseconds = -1", ", Invoke = (WampInvokePolicy)(-1)") : string.Empty;
        var uri = IsOdd(5) ? Pick(OddUris) : Pick(Uris) + (OneIn(4) ? string.Empty : number);
        return IsOdd(15) ? string.Empty : $"[{(isTopic ? "WampTopic" : "WampProcedure")}(\"{uri}\"{options})]";
    }

    private string Parameters(bool isTopic)
    {
        var count = random.Next(4);
        var firstOptional = random.Next(count + 2);
        var names = Enumerable.Range(0, count).Select(_ => Pick(Names)).ToArray();
        var parameters = names.Select((name, index) => Parameter("@" + name + (names.Count(other => other == name) > 1 ? index : string.Empty), index >= firstOptional)).ToList();
        if (OneIn(3))
        {
            parameters.Insert(Math.Min(firstOptional, count), isTopic ? Pick("WampEvent @event", "WampPublishOptions? options", "CancellationToken token") : Pick("WampInvocation? call", "WampCallOptions? options", "CancellationToken token"));
        }

        return string.Join(", ", parameters);
    }

    private string Parameter(string name, bool isOptional)
    {
        if (IsOdd(4))
        {
            return $"{(OneIn(6) ? Pick("ref ", "in ", "out ", "[WampNamed] ") : string.Empty)}{Pick(Others)} {name}{(isOptional ? " = default!" : string.Empty)}";
        }

        var (type, defaults) = Pick(Sent);
        var attributes = (OneIn(5) ? Pick(AttributesOfParameters) : string.Empty) + (OneIn(5) ? Pick("[WampNamed]", $"[WampNamed(\"{name.TrimStart('@')}-n\")]") : string.Empty);
        return $"{attributes} {type} {name}{(isOptional ? " = " + Pick(defaults) : string.Empty)}";
    }

    private bool OneIn(int number) => random.Next(number) == 0;

    private bool IsOdd(int oneIn) => _isOdd && OneIn(oneIn);

    private T Pick<T>(params T[] all) => all[random.Next(all.Length)];
}
