using System.Globalization;

namespace WampRouter.Tests.Clients.Generators;

/// <summary>What cannot be a contract is an error of the compiler, at its place and in words that say what to do.</summary>
internal sealed class ContractMistakeTests
{
    private static IEnumerable<TestCaseData> Interfaces =>
    [
        Case("WAMP001", "[WampContract] public interface I { [WampProcedure(\"a.b\")] Task M(); }", "'I' must be partial"),
        Case("WAMP001", "class C { [WampContract] internal partial interface I { [WampProcedure(\"a.b\")] Task M(); } }", "'C' must be partial"),
        Case("WAMP002", "[WampContract] public partial interface I<T> { [WampProcedure(\"a.b\")] Task M(); }", "is generic"),
        Case("WAMP002", "partial class C<T> { [WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(); } }", "is generic"),
        Case("WAMP002", "partial class C { [WampContract] private partial interface I { [WampProcedure(\"a.b\")] Task M(); } }", "neither public nor internal"),
        Case("WAMP002", "[WampContract] file partial interface I { [WampProcedure(\"a.b\")] Task M(); }", "neither public nor internal"),
        Case("WAMP003", "[WampContract] public partial interface I { }", "'I' has no method"),
        Case("WAMP012", "[WampContract(\"com.a.\")] public partial interface I { [WampProcedure(\"b\")] Task M(); }", "'com.a..b' is no URI for 'M': the prefix 'com.a.' must not end with a dot"),
        Case("WAMP012", "[WampContract(\"com.a.\")] public partial interface I { [WampTopic(\"b\", Match = WampMatch.Wildcard)] Task M(); }", "the prefix 'com.a.' must not end with a dot"),
        Case("WAMP004", "[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(); static abstract Task OtherAsync(); }", "'OtherAsync' cannot be in a contract"),
    ];

    private static IEnumerable<TestCaseData> Members =>
    [
        Case("WAMP004", "int Count { get; }", "'Count' cannot be in a contract"),
        Case("WAMP004", "event Action Ticked;", "'Ticked' cannot be in a contract"),
        Case("WAMP004", "int this[int index] { get; }", "'this[]' cannot be in a contract"),
        Case("WAMP004", "[WampProcedure(\"a.b\")] internal Task OtherAsync();", "'OtherAsync' cannot be in a contract"),
        Case("WAMP005", "Task OtherAsync();", "'OtherAsync' needs [WampProcedure] or [WampTopic]"),
        Case("WAMP005", "[WampProcedure(\"a.b\"), WampTopic(\"a.b\")] Task OtherAsync();", "only one of them"),
        Case("WAMP006", "[WampProcedure(\"a.b\")] Task OtherAsync<T>(T argument);", "'OtherAsync' cannot be generic"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(ref int a);", "'a' cannot be passed by reference"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(out int a);", "'a' cannot be passed by reference"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(in int a);", "'a' cannot be passed by reference"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] int OtherAsync();", "'OtherAsync' cannot return 'int': a procedure's method returns Task"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] void OtherAsync();", "cannot return 'void'"),
        Case("WAMP008", "[WampTopic(\"a.b\")] Task<int> OtherAsync();", "a topic's method returns Task or ValueTask"),
        Case("WAMP008", "[WampTopic(\"a.b\")] IAsyncEnumerable<int> OtherAsync();", "a topic's method returns Task or ValueTask"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(WampEvent message);", "only topics have it"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync(WampInvocation call);", "only procedures have it"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync(IAsyncEnumerable<int> numbers);", "only procedures have it"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync(WampCallOptions options);", "a topic has WampPublishOptions"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(WampPublishOptions options);", "a procedure has WampCallOptions"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(Action<int> progress);", "Parameter 'progress' of 'OtherAsync' cannot be 'System.Action<int>': it cannot be sent"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(ReadOnlySpan<byte> bytes);", "it cannot be sent"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(WampPayload arguments);", "it cannot be sent"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync([WampNamed] CancellationToken token);", "it is no argument, and has no name"),
        Case("WAMP010", "[WampProcedure(\"a.b\")] Task OtherAsync(CancellationToken one, CancellationToken two);", "two parameters of type 'System.Threading.CancellationToken'"),
        Case("WAMP010", "[WampProcedure(\"a.b\")] Task OtherAsync(IAsyncEnumerable<int> one, IAsyncEnumerable<int> two);", "two parameters of type 'System.Collections.Generic.IAsyncEnumerable<int>'"),
        Case("WAMP011", "[WampProcedure(\"a.b\")] Task OtherAsync(string name, IAsyncEnumerable<int> numbers);", "in pieces by 'numbers' and cannot have the argument 'name'"),
        Case("WAMP012", "[WampProcedure(\"\")] Task OtherAsync();", "it is empty"),
        Case("WAMP012", "[WampProcedure(\"a b\")] Task OtherAsync();", "'a b' is no URI for 'OtherAsync': it has a space or '#' in it"),
        Case("WAMP012", "[WampProcedure(\"a..b\")] Task OtherAsync();", "only patterns with Match = WampMatch.Wildcard have"),
        Case("WAMP012", "[WampTopic(\"a.\")] Task OtherAsync();", "empty component"),
        Case("WAMP012", "[WampTopic(\"a.*\", Match = WampMatch.Prefix)] Task OtherAsync();", "'*' is no wildcard"),
        Case("WAMP013", "[WampProcedure(\"com.example.first\")] Task OtherAsync();", "'FirstAsync' and 'OtherAsync' have the same URI 'com.example.first'"),
        Case("WAMP014", "[WampProcedure(\"a.b\")] Task OtherAsync(int a, [WampNamed(\"a\")] int b);", "'OtherAsync' has two arguments named 'a'"),
        Case("WAMP015", "[WampProcedure(\"a.b\", SpreadResult = true)] Task<int> OtherAsync();", "must return a tuple of two items or more, not 'int'"),
        Case("WAMP015", "[WampProcedure(\"a.b\", SpreadResult = true)] Task OtherAsync();", "must return a tuple"),
        Case("WAMP016", "[WampProcedure(\"a.b\", Concurrency = 0)] Task OtherAsync();", "Concurrency of 'OtherAsync' must be at least 1"),
        Case("WAMP016", "[WampTopic(\"a.b\", BufferSize = -1)] Task OtherAsync();", "BufferSize of 'OtherAsync' must be at least 1"),
    ];

    private static IEnumerable<TestCaseData> Patterns =>
    [
        new("[WampTopic(\"a.\", Match = WampMatch.Prefix)] Task OtherAsync();"),
        new("[WampTopic(\"a..b\", Match = WampMatch.Wildcard)] Task OtherAsync();"),
        new("[WampTopic(\"com.example.first\")] Task OtherAsync();"),
    ];

    [TestCaseSource(nameof(Interfaces))]
    public void Interface_ThatCannotBeAContract_IsToldAtItsName(string id, string source, string words) => AssertMistake(id, source, words);

    [TestCaseSource(nameof(Members))]
    public void Member_ThatCannotBeInAContract_IsToldAtItsPlaceAndOnlyOnce(string id, string member, string words)
    {
        var source = $$"""
            [WampContract] public partial interface IContract
            {
                [WampProcedure("com.example.first")] Task FirstAsync();
                {{member}}
            }

            public static class User { public static IContract Use(IWampClient client) => client.CreateProxy<IContract>(); }
            """;
        AssertMistake(id, source, words);
    }

    [TestCaseSource(nameof(Patterns))]
    public void Member_ThatLooksLikeAMistake_IsNone(string member)
    {
        var (ofGenerator, ofCompiler) = Generated.Compile($$"""[WampContract] public partial interface IContract { [WampProcedure("com.example.first")] Task FirstAsync(); {{member}} }""");
        Assert.That(ofGenerator.Concat(ofCompiler), Is.Empty);
    }

    [Test]
    public void Interface_InheritsWhatIsNoContract_IsToldAtTheInterface() =>
        AssertMistake("WAMP005", "[WampContract] public partial interface I : IDisposable { [WampProcedure(\"a.b\")] Task M(); }", "'Dispose' needs");

    [Test]
    public void Interface_SeveralMistakes_AreToldAtOnce()
    {
        var (ofGenerator, _) = Generated.Compile("[WampContract] public partial interface I { void A(); int B { get; } [WampProcedure(\"\")] Task C(ref int a); }");
        Assert.That(ofGenerator.Select(mistake => mistake.Id), Is.EquivalentTo(new[] { "WAMP004", "WAMP005", "WAMP007", "WAMP012" }));
    }

    [Test]
    public void Rules_AllOfThem_HaveATestAndARowInTheReadme()
    {
        var readme = File.ReadAllText(Path.Combine(Generated.Here(), "..", "..", "..", "Clients", "WampRouter.Client", "README.md"));
        var rules = Enumerable.Range(1, 16).Select(number => string.Create(CultureInfo.InvariantCulture, $"WAMP{number:000}"));
        Assert.That(Interfaces.Concat(Members).Select(test => (string)test.Arguments[0]!).Distinct(), Is.EquivalentTo(rules));
        Assert.That(rules.Where(rule => !readme.Contains($"`{rule}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static void AssertMistake(string id, string source, string words)
    {
        var (ofGenerator, ofCompiler) = Generated.Compile(source);
        Assert.That(ofGenerator.Select(mistake => mistake.Id), Is.EqualTo(new[] { id }), string.Join('\n', ofGenerator.Select(mistake => mistake.ToString())));
        Assert.That(ofGenerator[0].GetMessage(CultureInfo.InvariantCulture), Does.Contain(words));
        Assert.That(ofGenerator[0].Location.GetLineSpan().Path, Is.EqualTo("File1.cs"));
        Assert.That(ofCompiler, Is.Empty, "the compiler has nothing to add");
    }

    private static TestCaseData Case(string id, string source, string words) => new(id, source, words);
}
