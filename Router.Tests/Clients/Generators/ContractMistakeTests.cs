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
        Case("WAMP004", "[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(); static abstract Task OtherAsync(); }", "'OtherAsync' cannot be in a contract: what is static"),
        Case("WAMP004", "[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(); static abstract I operator +(I a, I b); }", "'op_Addition' cannot be in a contract"),
        Case("WAMP004", "[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(); static abstract int Count { get; }  }", "'Count' cannot be in a contract"),
        Case("WAMP004", "interface IBase { static abstract Task OtherAsync(); } [WampContract] internal partial interface I : IBase { [WampProcedure(\"a.b\")] Task M(); }", "'OtherAsync' cannot be in a contract"),
        Case("WAMP017", "interface IBase<T> { [WampProcedure(\"a.b\")] Task M(T a); [WampProcedure(\"a.c\")] Task M(string a); } [WampContract] internal partial interface I : IBase<string?> { }", "'M' and another method of 'IBase<string?>' have the same parameters"),
        Case("WAMP017", "interface IBase<T> { Task M(T a) => Task.CompletedTask; [WampProcedure(\"a.c\")] Task M((int A, object B) a); } [WampContract] internal partial interface I : IBase<(int, object)> { }", "have the same parameters"),
        Case("WAMP012", "[WampContract(\"com.a.\")] public partial interface I { [WampProcedure(\"b\")] Task M(); }", "'com.a..b' is no URI for 'M': the prefix 'com.a.' must not end with a dot"),
        Case("WAMP012", "[WampContract(\"com.a.\")] public partial interface I { [WampTopic(\"b\", Match = WampMatch.Wildcard)] Task M(); }", "the prefix 'com.a.' must not end with a dot"),
    ];

    private static IEnumerable<TestCaseData> Members =>
    [
        Case("WAMP004", "int Count { get; }", "'Count' cannot be in a contract"),
        Case("WAMP004", "event Action Ticked;", "'Ticked' cannot be in a contract"),
        Case("WAMP004", "int this[int index] { get; }", "'this[]' cannot be in a contract"),
        Case("WAMP004", "[WampProcedure(\"a.b\")] internal Task OtherAsync();", "'OtherAsync' cannot be in a contract: it is not public"),
        Case("WAMP004", "[WampProcedure(\"a.b\")] protected Task OtherAsync();", "it is not public"),
        Case("WAMP004", "[WampProcedure(\"a.b\")] private Task OtherAsync() => FirstAsync();", "it is not public"),
        Case("WAMP004", "[WampProcedure(\"a.b\")] sealed Task OtherAsync() => FirstAsync();", "a proxy cannot override it"),
        Case("WAMP004", "[WampTopic(\"a.b\")] static Task OtherAsync() => Task.CompletedTask;", "what is static belongs to no object"),
        Case("WAMP004", "[WampTopic(\"a.b\")] static virtual Task OtherAsync() => Task.CompletedTask;", "what is static belongs to no object"),
        Case("WAMP004", "int Count { [WampProcedure(\"a.b\")] get => 1; }", "an accessor is neither"),
        Case("WAMP005", "Task OtherAsync();", "'OtherAsync' needs [WampProcedure] or [WampTopic]"),
        Case("WAMP005", "[WampProcedure(\"a.b\"), WampTopic(\"a.b\")] Task OtherAsync();", "only one of them"),
        Case("WAMP006", "[WampProcedure(\"a.b\")] Task OtherAsync<T>(T argument);", "'OtherAsync' cannot be generic"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(ref int a);", "'a' cannot be passed by reference"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(out int a);", "'a' cannot be passed by reference"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(in int a);", "'a' cannot be passed by reference"),
        Case("WAMP007", "[WampProcedure(\"a.b\")] Task OtherAsync(ref readonly int a);", "'a' cannot be passed by reference"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] int OtherAsync();", "'OtherAsync' cannot return 'int': a procedure's method returns Task"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] void OtherAsync();", "cannot return 'void'"),
        Case("WAMP008", "[WampTopic(\"a.b\")] Task<int> OtherAsync();", "a topic's method returns Task or ValueTask"),
        Case("WAMP008", "[WampTopic(\"a.b\")] IAsyncEnumerable<int> OtherAsync();", "a topic's method returns Task or ValueTask"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(WampEvent message);", "only topics have it"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync(WampInvocation call);", "only procedures have it"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync(IAsyncEnumerable<int> numbers);", "only procedures have it"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync(WampCallOptions options);", "a topic has WampPublishOptions"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(WampPublishOptions options);", "a procedure has WampCallOptions"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(Action<int> progress);", "Parameter 'progress' of 'OtherAsync' cannot be 'System.Action<int>': a function cannot be sent"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(ReadOnlySpan<byte> bytes);", "it is memory of this process: use an array"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(WampPayload arguments);", "it is all arguments of a message"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] ref Task OtherAsync();", "cannot return 'ref System.Threading.Tasks.Task'"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<Task> OtherAsync();", "cannot return 'System.Threading.Tasks.Task<System.Threading.Tasks.Task>': await it, and send its result"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] ValueTask<ValueTask<int>?> OtherAsync();", "await it"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<IAsyncEnumerable<int>> OtherAsync();", "only where IAsyncEnumerable is the whole type"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<System.IO.FileStream> OtherAsync();", "read it, and send what was read"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<Func<int>> OtherAsync();", "a function cannot be sent"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<WampPayload> OtherAsync();", "only a whole result may be WampArguments"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<WampArguments[]> OtherAsync();", "'WampRouter.Client.WampArguments' is part of it"),
        Case("WAMP008", "[WampProcedure(\"a.b\", SpreadResult = true)] Task<(int, Action)> OtherAsync();", "'System.Action' is part of it; a function cannot be sent"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] IAsyncEnumerable<Dictionary<string, (int, Task)>> OtherAsync();", "'System.Threading.Tasks.Task' is part of it"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<WampClient> OtherAsync();", "a client stays in its process"),
        Case("WAMP008", "[WampProcedure(\"a.b\")] Task<WampEvent> OtherAsync();", "send what is in it"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(IProgress<int> progress);", "what shows progress is returned: as IAsyncEnumerable"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(Progress<int> progress);", "what shows progress is returned"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(CancellationToken? token);", "have a parameter of type CancellationToken, without '?'"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(CancellationTokenSource source);", "it means something in this process only"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(IWampClient client);", "a client stays in its process"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(System.IO.Stream? stream = null);", "read it, and send what was read"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(IEnumerable<Action?> actions);", "'System.Action?' is part of it"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(params Task[] tasks);", "await it"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(IAsyncEnumerable<WampArguments> pieces);", "it is all arguments of a message"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(IAsyncEnumerable<int>? pieces = null);", "arguments in pieces are never left out"),
        Case("WAMP009", "[WampTopic(\"a.b\")] Task OtherAsync([WampNamed] WampInvocation[] calls);", "send what is in it"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] unsafe Task OtherAsync(int* pointer);", "it is memory of this process"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] unsafe Task OtherAsync(delegate*<int>[] pointers);", "it is memory of this process"),
        Case("WAMP009", "#pragma warning disable CS8897\n[WampProcedure(\"a.b\")] Task OtherAsync(Math math);", "a static class has no values"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync(__arglist);", "Parameter '__arglist' of 'OtherAsync' cannot be '__arglist'"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync([WampNamed] IAsyncEnumerable<int> pieces);", "it is no argument, and has no name"),
        Case("WAMP009", "[WampProcedure(\"a.b\")] Task OtherAsync([WampNamed] CancellationToken token);", "it is no argument, and has no name"),
        Case("WAMP010", "[WampProcedure(\"a.b\")] Task OtherAsync(CancellationToken one, CancellationToken two);", "two parameters of type 'System.Threading.CancellationToken'"),
        Case("WAMP010", "[WampProcedure(\"a.b\")] Task OtherAsync(IAsyncEnumerable<int> one, IAsyncEnumerable<int> two);", "two parameters of type 'System.Collections.Generic.IAsyncEnumerable<int>'"),
        Case("WAMP011", "[WampProcedure(\"a.b\")] Task OtherAsync(string name, IAsyncEnumerable<int> numbers);", "in pieces by 'numbers' and cannot have the argument 'name'"),
        Case("WAMP012", "[WampProcedure(\"\")] Task OtherAsync();", "it is empty"),
        Case("WAMP012", "[WampProcedure(\"a.\\ud800b\")] Task OtherAsync();", "it holds half of a surrogate pair"),
        Case("WAMP012", "[WampProcedure(\"a b\")] Task OtherAsync();", "'a b' is no URI for 'OtherAsync': it has a space or '#' in it"),
        Case("WAMP012", "[WampProcedure(\"a..b\")] Task OtherAsync();", "only patterns with Match = WampMatch.Wildcard have"),
        Case("WAMP012", "[WampTopic(\"a.\")] Task OtherAsync();", "empty component"),
        Case("WAMP012", "[WampTopic(\"a.*\", Match = WampMatch.Prefix)] Task OtherAsync();", "'*' is no wildcard"),
        Case("WAMP013", "[WampProcedure(\"com.example.first\")] Task OtherAsync();", "'FirstAsync' and 'OtherAsync' have the same URI 'com.example.first'"),
        Case("WAMP012", "[WampProcedure(null!)] Task OtherAsync();", "it is empty"),
        Case("WAMP013", "[WampTopic(\"a.\", Match = WampMatch.Prefix)] Task OtherAsync(); [WampTopic(\"a.\", Match = WampMatch.Prefix)] Task AnotherAsync();", "'OtherAsync' and 'AnotherAsync' have the same URI 'a.'"),
        Case("WAMP014", "[WampProcedure(\"a.b\")] Task OtherAsync(int a, [WampNamed(\"a\")] int b);", "'OtherAsync' has two arguments named 'a'"),
        Case("WAMP015", "[WampProcedure(\"a.b\", SpreadResult = true)] Task<int> OtherAsync();", "must return a tuple of two items or more, not 'int'"),
        Case("WAMP015", "[WampProcedure(\"a.b\", SpreadResult = true)] Task OtherAsync();", "must return a tuple"),
        Case("WAMP016", "[WampProcedure(\"a.b\", Concurrency = 0)] Task OtherAsync();", "Concurrency of 'OtherAsync' must be at least 1"),
        Case("WAMP016", "[WampTopic(\"a.b\", BufferSize = -1)] Task OtherAsync();", "BufferSize of 'OtherAsync' must be at least 1"),
        Case("WAMP018", "[WampProcedure(\"a.b\")] new Task Contract();", "'Contract' has the name of a member that is generated"),
        Case("WAMP018", "new class Contract;", "'Contract' has the name of a member that is generated"),
        Case("WAMP019", "[WampProcedure(\"a.b\", Match = (WampMatch)99)] Task OtherAsync();", "Match of 'OtherAsync' cannot be (WampMatch)99: it is one of Exact, Prefix, Wildcard"),
        Case("WAMP019", "[WampProcedure(\"a.b\", Invoke = (WampInvokePolicy)(-1))] Task OtherAsync();", "Invoke of 'OtherAsync' cannot be (WampInvokePolicy)-1"),
        Case("WAMP019", "[WampTopic(\"a.b\", Overflow = (WampOverflowPolicy)7)] Task OtherAsync();", "Overflow of 'OtherAsync' cannot be (WampOverflowPolicy)7"),
        Case("WAMP020", "[WampProcedure(\"a.b\")] Task OtherAsync([WampNamed(\"\")] int a);", "parameter 'a' has an empty name"),
    ];

    private static IEnumerable<TestCaseData> Patterns =>
    [
        new("[WampTopic(\"a.\", Match = WampMatch.Prefix)] Task OtherAsync();"),
        new("[WampTopic(\"a..b\", Match = WampMatch.Wildcard)] Task OtherAsync();"),
        new("[WampTopic(\"com.example.first\")] Task OtherAsync();"),
        new("[WampProcedure(\"com.example.first\", Match = WampMatch.Prefix)] Task OtherAsync(); [WampProcedure(\"com.example.first\", Match = WampMatch.Wildcard)] Task AnotherAsync();"),
        new("[WampTopic(\"a.b\", Match = WampMatch.Prefix)] Task OtherAsync(); [WampTopic(\"a.b\")] Task AnotherAsync();"),
        new("[WampProcedure(\"a.b\")] Task OtherAsync(DayOfWeek a, ThreadPriority b, Version c, Exception d, System.Net.IPAddress e, WampCallOptions? f = null);"),
        new("[WampProcedure(\"a.b\")] Task<WampArguments> OtherAsync([WampNamed(null)] int a);"),
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
        var rules = Enumerable.Range(1, 20).Select(number => string.Create(CultureInfo.InvariantCulture, $"WAMP{number:000}"));
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
