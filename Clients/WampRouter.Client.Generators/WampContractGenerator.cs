using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WampRouter.Client.Generators;

/// <summary>
/// Writes what interfaces with <c>[WampContract]</c> leave out: a class that calls and publishes, and functions that give invocations and events to an object. One file for each
/// interface, made anew only when something in it has changed that the code depends on.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WampContractGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step whose outputs are compared from one run to the next.</summary>
    public const string ReadingStep = "Contracts";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var contracts = context.SyntaxProvider
            .ForAttributeWithMetadataName(Names.ContractAttribute, static (node, _) => node is InterfaceDeclarationSyntax, static (found, cancellation) => ContractReader.Read(found, cancellation))
            .WithTrackingName(ReadingStep);
        context.RegisterSourceOutput(contracts, static (output, reading) =>
        {
            foreach (var mistake in reading.Mistakes)
            {
                output.ReportDiagnostic(mistake.ToDiagnostic());
            }

            if (reading.Contract is { } contract)
            {
                output.AddSource(FileName.Of(contract), ContractWriter.Write(contract, output.CancellationToken));
            }
        });
    }
}
