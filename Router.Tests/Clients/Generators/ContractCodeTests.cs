using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using WampRouter.Client.Generators;

namespace WampRouter.Tests.Clients.Generators;

/// <summary>What is generated compiles without a warning wherever an interface may stand, and is not made anew without need.</summary>
internal sealed class ContractCodeTests
{
    private const string Contract = "[WampContract] public partial interface IContract { [WampProcedure(\"com.example.add\")] Task<int> AddAsync(int a, int b = 1); }";

    private static IEnumerable<TestCaseData> Sources =>
    [
        new TestCaseData(Contract).SetArgDisplayNames("global namespace"),
        new TestCaseData("namespace A.B; " + Contract).SetArgDisplayNames("file-scoped namespace"),
        new TestCaseData("namespace A { public partial class B { internal partial record struct C { " + Contract + " } } }").SetArgDisplayNames("nested"),
        new TestCaseData("namespace A { public partial interface @class { " + Contract + " } }").SetArgDisplayNames("nested in a keyword"),
        new TestCaseData("[WampContract] public partial interface @event { [WampTopic(\"a.b\")] Task @for(int @if, int value0, int client, int _client, int @this); }").SetArgDisplayNames("keywords"),
        new TestCaseData("namespace A; class WampProxy; class WampCode; " + Contract).SetArgDisplayNames("types with the names of the generated ones"),
        new TestCaseData("[WampContract] public partial interface I { [Obsolete] [WampProcedure(\"a.b\")] Task OldAsync(); }").SetArgDisplayNames("obsolete"),
        new TestCaseData("#nullable disable\n[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task<string> M(string a, string b = null, object c = null); }").SetArgDisplayNames("without nullable types"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task<List<string?>?> M(string? a, Dictionary<string, int?>? b = null, params int[] c); }").SetArgDisplayNames("nullable types"),
        new TestCaseData(
            "[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(bool a = true, char b = '\\'', string c = \"\\\"\\n\", sbyte d = -1, ulong e = ulong.MaxValue, long f = long.MinValue,"
            + " float g = float.NaN, double h = double.NegativeInfinity, decimal i = 1.50m, DayOfWeek j = DayOfWeek.Monday, int? k = 3, int? l = null, DateTime m = default, CancellationToken n = default, DayOfWeek? o = DayOfWeek.Friday,"
            + " float p = float.Epsilon, byte q = 255); }").SetArgDisplayNames("defaults"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\", SpreadResult = true)] Task<(int, int, int, int, int, int, int, int Eight, string? Nine)> M(); }").SetArgDisplayNames("a long tuple"),
        new TestCaseData("[WampContract(\"a\")] public partial interface I { [WampProcedure(\"b\")] Task M(); }\n[WampContract(\"c\")] public partial interface J : I { [WampProcedure(\"b\")] new Task M(); }").SetArgDisplayNames("inherited and hidden"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(); [WampProcedure(\"a.c\")] Task M(int a); Task N() => M(1); static int Zero => 0; const int One = 1; private void P() { } class Q; }").SetArgDisplayNames("overloads and what is no method"),
    ];

    [TestCaseSource(nameof(Sources))]
    public void Contract_WhereverItStands_CompilesWithoutAWarning(string source)
    {
        var (ofGenerator, ofCompiler) = Generated.Compile(source);
        Assert.That(ofGenerator.Concat(ofCompiler), Is.Empty);
    }

    [Test]
    public void Use_InterfaceThatIsNoContract_IsAnErrorOfTheCompiler()
    {
        var (_, ofCompiler) = Generated.Compile("interface I { } static class User { public static I Use(IWampClient client) => client.CreateProxy<I>(); }");
        Assert.That(ofCompiler.Select(error => error.Id), Is.EqualTo(new[] { "CS0311" }));
    }

    [Test]
    public void Use_ClassInPlaceOfItsInterface_IsAnErrorOfTheCompiler()
    {
        const string use = "class C : IContract { public Task<int> AddAsync(int a, int b) => Task.FromResult(a); static Task Use(IWampClient client) => client.RegisterAsync(new C()); }";
        var (_, ofCompiler) = Generated.Compile(Contract, use);
        Assert.That(ofCompiler.Select(error => error.Severity), Is.EqualTo(new[] { DiagnosticSeverity.Error }));
    }

    [Test]
    public void Run_SomethingElseHasChanged_NothingIsReadOrWrittenAnew()
    {
        var compilation = Generated.Compilation(Contract, "class Other { }");
        var driver = Generated.Driver().RunGenerators(compilation);

        var other = compilation.SyntaxTrees.Last();
        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(other, other.WithChangedText(SourceText.From("class Changed { int _a; }"))));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Cached }));
    }

    [Test]
    public void Run_ContractMovesInItsFile_IsReadAnewAndNotWritten()
    {
        var compilation = Generated.Compilation(Contract);
        var driver = Generated.Driver().RunGenerators(compilation);

        var tree = compilation.SyntaxTrees.Last();
        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From("// A comment.\n\n" + Contract))));

        Assert.That(ReasonsOf(driver, WampContractGenerator.ReadingStep), Is.EqualTo(new[] { IncrementalStepRunReason.Unchanged }));
        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Cached }));
    }

    [Test]
    public void Run_ContractChanges_IsWrittenAnew()
    {
        var compilation = Generated.Compilation(Contract);
        var driver = Generated.Driver().RunGenerators(compilation);

        var tree = compilation.SyntaxTrees.Last();
        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(Contract.Replace("b = 1", "b = 2", StringComparison.Ordinal)))));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));
    }

    private static IncrementalStepRunReason[] ReasonsOf(GeneratorDriver driver, string step)
    {
        var result = driver.GetRunResult().Results.Single();
        var steps = result.TrackedSteps.TryGetValue(step, out var tracked) ? tracked : result.TrackedOutputSteps[step];
        return [.. steps.SelectMany(run => run.Outputs).Select(output => output.Reason)];
    }
}
