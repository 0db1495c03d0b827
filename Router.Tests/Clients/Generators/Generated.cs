using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WampRouter.Client;
using WampRouter.Client.Generators;

namespace WampRouter.Tests.Clients.Generators;

/// <summary>Source text that is compiled in this process, with the generator.</summary>
internal static class Generated
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp12);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(WampClient).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A compilation of texts; with them what every file of an application begins with.</summary>
    public static CSharpCompilation Compilation(params string[] texts)
    {
        const string usings = "global using System; global using System.Diagnostics.CodeAnalysis; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks; global using WampRouter.Client;";
        return CSharpCompilation.Create(
            "contracts",
            texts.Prepend(usings).Select((text, number) => CSharpSyntaxTree.ParseText(text, Language, $"File{number}.cs")),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    public static CSharpGeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new WampContractGenerator().AsSourceGenerator()], parseOptions: Language, driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What the generator says of a text, and what the compiler says of both together.</summary>
    public static (Diagnostic[] OfGenerator, Diagnostic[] OfCompiler) Compile(params string[] texts)
    {
        Driver().RunGeneratorsAndUpdateCompilation(Compilation(texts), out var compilation, out var ofGenerator);

        // Emitted, because some errors are found only then.
        return ([.. ofGenerator], [.. compilation.Emit(Stream.Null).Diagnostics.Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden)]);
    }

    public static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
