using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WampRouter.Client;
using WampRouter.Client.Generators;

namespace WampRouter.Tests.Clients.Generators;

/// <summary>Source text that is compiled in this process, with the generator.</summary>
internal static class Generated
{
    private static readonly CSharpParseOptions Oldest = new(LanguageVersion.CSharp12);
    private static readonly CSharpParseOptions Newest = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(WampClient).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A compilation of texts; with them what every file of an application begins with.</summary>
    public static CSharpCompilation Compilation(params string[] texts) => Compilation(Oldest, texts);

    /// <summary>As <see cref="Compilation(string[])"/>, in the newest language.</summary>
    public static CSharpCompilation NewestCompilation(params string[] texts) => Compilation(Newest, texts);

    private static CSharpCompilation Compilation(CSharpParseOptions language, string[] texts)
    {
        const string usings = "global using System; global using System.Diagnostics.CodeAnalysis; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks; global using WampRouter.Client;";
        return CSharpCompilation.Create(
            "contracts",
            texts.Prepend(usings).Select((text, number) => CSharpSyntaxTree.ParseText(text, language, $"File{number}.cs")),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, warningLevel: int.MaxValue, nullableContextOptions: NullableContextOptions.Enable));
    }

    public static GeneratorDriver Driver() => Driver(Oldest);

    private static CSharpGeneratorDriver Driver(CSharpParseOptions language) => CSharpGeneratorDriver.Create(
        [new WampContractGenerator().AsSourceGenerator()], parseOptions: language, driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What the generator says of a text, and what the compiler says of both together.</summary>
    public static (Diagnostic[] OfGenerator, Diagnostic[] OfCompiler) Compile(params string[] texts) => Compile(Compilation(texts));

    /// <summary>What the generator says of a compilation, and what the compiler says of both together.</summary>
    public static (Diagnostic[] OfGenerator, Diagnostic[] OfCompiler) Compile(CSharpCompilation compilation)
    {
        Run(compilation, out var whole, out var ofGenerator);

        // Emitted, because some errors are found only then.
        return ([.. ofGenerator], [.. whole.Emit(Stream.Null).Diagnostics.Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden)]);
    }

    /// <summary>Runs the generator, and sees that it comes to its end.</summary>
    public static void Run(CSharpCompilation compilation, out Compilation whole, out ImmutableArray<Diagnostic> ofGenerator)
    {
        var driver = Driver((CSharpParseOptions)compilation.SyntaxTrees[0].Options).RunGeneratorsAndUpdateCompilation(compilation, out whole, out ofGenerator);
        Assert.That(driver.GetRunResult().Results.Single().Exception, Is.Null);
    }

    public static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
