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
        new TestCaseData("namespace A.Generated { class WampGenerated; } namespace A { class WampGenerated; partial class B { class Generated; class WampGenerated; class Code; class Proxy; " + Contract + " } }").SetArgDisplayNames("types with the names of the generated ones"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task WampGenerated(int reader); class Code; const int Proxy = 1; static int Contracts => 2; }").SetArgDisplayNames("members with the names of the generated types"),
        new TestCaseData(
            "namespace @await; public record @await; [WampContract] public partial interface @class { [WampProcedure(\"a.b\", SpreadResult = true)] Task<(int @await, @await? B)> @await(int @await, @await @event, int arguments, int result, int arguments_, int piece, int field);"
            + " [WampProcedure(\"a.c\")] IAsyncEnumerable<@await> @async(IAsyncEnumerable<@await> piece); [WampTopic(\"a.d\")] Task @record((int @class, int @for) @dynamic, int @_); }").SetArgDisplayNames("keywords in async methods"),
        new TestCaseData("[WampContract] public partial interface I { [Obsolete] [WampProcedure(\"a.b\")] Task OldAsync(); [Obsolete(\"Gone.\", true)] [WampProcedure(\"a.c\")] Task OlderAsync(Old old); [Obsolete(\"Gone.\", true)] [WampTopic(\"a.c\")] Task Told(Old old); } [Obsolete(\"Gone.\", true)] public class Old;").SetArgDisplayNames("obsolete"),
        new TestCaseData("[Obsolete(\"Gone.\", true)] [WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task<Old> M(Old[] old, Old? b = null); } [Obsolete(\"Gone.\", true)] public class Old;").SetArgDisplayNames("an obsolete interface"),
        new TestCaseData("namespace a; public partial class @b { [WampContract] public partial interface @c { [WampProcedure(\"a.b\")] Task d(int e); } }").SetArgDisplayNames("lower case"),
        new TestCaseData("[Obsolete(\"Gone.\", true)] public partial class C { " + Contract + " }").SetArgDisplayNames("in an obsolete class"),
        new TestCaseData("[Experimental(\"X1\")] [WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task<New> M(New[] a, New? b = null); } [Experimental(\"X2\")] [WampContract] public partial interface J { [WampTopic(\"a.b\")] Task M(); } [Experimental(\"X1\")] public class New;").SetArgDisplayNames("an experimental interface"),
        new TestCaseData(
            "[WampContract] public partial interface I { [Experimental(\"X1\")] [WampProcedure(\"a.b\")] Task M(); [Experimental(\"X2\")] [Obsolete(\"Gone.\", true)] [WampTopic(\"a.c\")] Task N();"
            + "\n#pragma warning disable X3\n[WampProcedure(\"a.d\", SpreadResult = true)] Task<(New, int)> O(List<New?> a, New? b = null, E c = E.A); [WampProcedure(\"a.e\")] IAsyncEnumerable<New> P(IAsyncEnumerable<New> a);"
            + "\n#pragma warning restore X3\n[Obsolete(\"Gone.\", true)] [WampProcedure(\"a.f\")] Task Q(); } [Experimental(\"X3\")] public class New; [Experimental(\"X3\")] public enum E { A }").SetArgDisplayNames("experimental"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task<WampArguments?> A(); [WampProcedure(\"a.c\")] ValueTask<WampArguments?> B(); [WampProcedure(\"a.d\")] IAsyncEnumerable<WampArguments?> C(); [WampProcedure(\"a.e\")] Task<int>? D(); }").SetArgDisplayNames("results that may be null"),
        new TestCaseData(
            "[WampContract] public partial interface I { [WampProcedure(\"a.b\")] [return: MaybeNull] Task<string> A([MaybeNull] string a, [DisallowNull] string? b, [AllowNull] string c, [NotNull] string? d, [WampNamed, AllowNull] string e = \"\");"
            + " [WampProcedure(\"a.c\")] [return: NotNullIfNotNull(nameof(a))] Task<string?> B(string? a); [WampTopic(\"a.d\")] [DoesNotReturn] Task C([MaybeNull] string a, [DoesNotReturnIf(true)] bool b); }").SetArgDisplayNames("attributes of nullability"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task<dynamic> A(dynamic a, List<dynamic> b); [WampProcedure(\"a.c\", SpreadResult = true)] Task<(dynamic, dynamic?)> B(dynamic? a = null); [WampTopic(\"a.d\")] Task C(dynamic a); }").SetArgDisplayNames("dynamic"),
        new TestCaseData("interface IBase<T> { [WampProcedure(\"a.b\")] Task<T> A(T a, T? b = default); } [WampContract] internal partial interface I : IBase<List<object>> { } [WampContract] internal partial interface J : IBase<string?> { } [WampContract] internal partial interface K : IBase<(int @class, int)> { }").SetArgDisplayNames("generic interfaces inherited"),
        new TestCaseData("[WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M(WampCallOptions? a); [WampProcedure(\"a.c\")] Task M(string? a); [WampTopic(\"a.d\")] Task N(CancellationToken a); [WampTopic(\"a.e\")] Task N(DayOfWeek a); }").SetArgDisplayNames("overloads with what the other side does not have"),
        new TestCaseData("using System.Runtime.CompilerServices; using System.Runtime.InteropServices; [WampContract] public partial interface I { [WampProcedure(\"a.b\")] Task M([Optional, DateTimeConstant(12345L)] DateTime a, [Optional, DefaultParameterValue(3)] int b, [CallerMemberName] string c = \"\", double d = -0.0); }").SetArgDisplayNames("defaults by attributes"),
        new TestCaseData(
            "[WampContract] public partial interface I : IDisposable, ICloneable, IParsable<I> { [WampProcedure(\"a.b\")] Task M(); void IDisposable.Dispose() { } object ICloneable.Clone() => this; static I IParsable<I>.Parse(string s, IFormatProvider? p) => throw new NotSupportedException();"
            + " static bool IParsable<I>.TryParse(string? s, IFormatProvider? p, out I result) => throw new NotSupportedException(); [WampProcedure(\"a.c\")] Task N() => Task.CompletedTask; [WampTopic(\"a.d\")] public virtual Task O() => Task.CompletedTask;"
            + " int P => 1; int this[int i] { get => i; set { } } event Action Q { add { } remove { } } static event Action R { add { } remove { } } protected int S() => 1; internal sealed int T() => 1; static virtual int U => 1; }").SetArgDisplayNames("what has a body"),
        new TestCaseData("namespace A { public ref partial struct B { public readonly partial struct C { public static partial class D { public partial record E(int F) { protected internal partial interface G { " + Contract + " } } } } } }").SetArgDisplayNames("in types of all kinds"),
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

    private static IEnumerable<TestCaseData> SimilarNames =>
    [
        new TestCaseData("namespace A { " + Contract + " } namespace a { " + Contract + " }").SetArgDisplayNames("namespaces that differ in case"),
        new TestCaseData("namespace A { " + Contract + Contract.Replace("IContract", "Icontract", StringComparison.Ordinal) + " }").SetArgDisplayNames("interfaces that differ in case"),
        new TestCaseData("namespace A { public partial class B { " + Contract + " } public partial class b { " + Contract + " } }").SetArgDisplayNames("outer types that differ in case"),
        new TestCaseData("namespace A_B { " + Contract + " } namespace A.B { " + Contract + " } namespace @A { " + Contract + " }").SetArgDisplayNames("separators"),
        new TestCaseData("namespace Ä { " + Contract + " } namespace ä { " + Contract + " } namespace É { " + Contract + " }").SetArgDisplayNames("letters with accents"),
        new TestCaseData("namespace हिन्दी { " + Contract + " } namespace हिन्द { " + Contract + " } namespace a‿b { " + Contract + " }").SetArgDisplayNames("characters that no file may have in its name"),
        new TestCaseData("namespace " + LongName + " { namespace A { " + Contract + " } namespace a { " + Contract + " } " + Contract + " }").SetArgDisplayNames("long names"),
    ];

    private static string LongName => new('N', 480);

    [TestCaseSource(nameof(SimilarNames))]
    public void Contracts_WithSimilarNames_HaveFilesOfTheirOwn(string source)
    {
        var files = FilesOf(source);

        Assert.That(files, Has.Length.EqualTo(source.Split("[WampContract]").Length - 1));
        Assert.That(files.Distinct(StringComparer.OrdinalIgnoreCase), Is.EqualTo(files));
        Assert.That(files, Is.All.Length.LessThan(200).And.All.Match("^[A-Za-z0-9_.]+$"));
    }

    [Test]
    public void Contract_OthersAreThereOrNot_KeepsTheNameOfItsFile()
    {
        var alone = FilesOf("namespace A { " + Contract + " }").Single();
        Assert.That(FilesOf("namespace a { " + Contract + " } namespace A { " + Contract + " }"), Does.Contain(alone));
        Assert.That(alone, Does.StartWith("A.IContract."));
    }

    [Test]
    public void Contract_AttributeOnTwoParts_IsToldByTheCompilerAndWrittenOnce()
    {
        var (ofGenerator, ofCompiler) = Generated.Compile(Contract, "[WampContract] partial interface IContract { }");
        Assert.That(ofGenerator, Is.Empty);
        Assert.That(ofCompiler.Select(error => error.Id), Is.EqualTo(new[] { "CS0579" }));
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

        driver = driver.RunGenerators(Edited(compilation, "class Changed { int _a; }"));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Cached }));
    }

    [Test]
    public void Run_ContractMovesInItsFile_IsReadAnewAndNotWritten()
    {
        var compilation = Generated.Compilation(Contract);
        var driver = Generated.Driver().RunGenerators(compilation);

        driver = driver.RunGenerators(Edited(compilation, "// A comment.\n\n" + Contract));

        Assert.That(ReasonsOf(driver, WampContractGenerator.ReadingStep), Is.EqualTo(new[] { IncrementalStepRunReason.Unchanged }));
        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Cached }));
    }

    [Test]
    public void Run_ContractChanges_IsWrittenAnew()
    {
        var compilation = Generated.Compilation(Contract);
        var driver = Generated.Driver().RunGenerators(compilation);

        driver = driver.RunGenerators(Edited(compilation, Contract.Replace("b = 1", "b = 2", StringComparison.Ordinal)));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));
    }

    [Test]
    public void Run_OneContractChanges_TheOthersAreNotWrittenAnew()
    {
        const string other = "namespace A; [WampContract] public partial interface IOther { [WampTopic(\"a.b\")] Task M(int a); }";
        var compilation = Generated.Compilation(Contract, other);
        var driver = Generated.Driver().RunGenerators(compilation);

        driver = driver.RunGenerators(Edited(compilation, other.Replace("int a", "int b", StringComparison.Ordinal)));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EquivalentTo(new[] { IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified }));
    }

    [Test]
    public void Run_InheritedInterfaceInAnotherFileChanges_IsWrittenAnew()
    {
        const string inherited = "public interface IBase { [WampTopic(\"a.b\")] Task M(int a); }";
        var compilation = Generated.Compilation("[WampContract] public partial interface I : IBase { }", inherited);
        var driver = Generated.Driver().RunGenerators(compilation);

        driver = driver.RunGenerators(Edited(compilation, inherited.Replace("a.b", "a.c", StringComparison.Ordinal)));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));
    }

    [Test]
    public void Run_SomethingElseHasChanged_MistakesAreNotToldAnew()
    {
        var compilation = Generated.Compilation("[WampContract] public partial interface I { int Count { get; } [WampProcedure(\"a b\")] Task M(Action a); }", "class Other { }");
        var driver = Generated.Driver().RunGenerators(compilation);

        driver = driver.RunGenerators(Edited(compilation, "class Changed { int _a; }"));

        Assert.That(ReasonsOf(driver, "SourceOutput"), Is.EqualTo(new[] { IncrementalStepRunReason.Cached }));
        Assert.That(driver.GetRunResult().Diagnostics, Has.Length.EqualTo(3));
    }

    /// <summary>The compilation with another text in its last file.</summary>
    private static Compilation Edited(Compilation compilation, string text)
    {
        var last = compilation.SyntaxTrees.Last();
        return compilation.ReplaceSyntaxTree(last, last.WithChangedText(SourceText.From(text)));
    }

    private static string[] FilesOf(string source)
    {
        var result = Generated.Driver().RunGenerators(Generated.Compilation(source)).GetRunResult().Results.Single();
        Assert.That(result.Exception, Is.Null);
        return [.. result.GeneratedSources.Select(file => file.HintName)];
    }

    private static IncrementalStepRunReason[] ReasonsOf(GeneratorDriver driver, string step)
    {
        var result = driver.GetRunResult().Results.Single();
        var steps = result.TrackedSteps.TryGetValue(step, out var tracked) ? tracked : result.TrackedOutputSteps[step];
        return [.. steps.SelectMany(run => run.Outputs).Select(output => output.Reason)];
    }
}
