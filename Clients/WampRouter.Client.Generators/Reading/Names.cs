using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WampRouter.Client.Generators;

/// <summary>What the generator knows by name.</summary>
internal static class Names
{
    public const string Client = "WampRouter.Client.";
    public const string ContractAttribute = Client + "WampContractAttribute";
    public const string ProcedureAttribute = Client + "WampProcedureAttribute";
    public const string TopicAttribute = Client + "WampTopicAttribute";
    public const string NamedAttribute = Client + "WampNamedAttribute";
    public const string Contract = Client + "IWampContract<TContract>";

    private static readonly SymbolDisplayFormat InCode = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>A type as generated code writes it: the same wherever it stands.</summary>
    public static string CodeOf(ITypeSymbol type) => type.ToDisplayString(InCode);

    /// <summary>A type by its full name, whatever may be null.</summary>
    public static string Of(ITypeSymbol type) => type.OriginalDefinition.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString();

    public static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    public static AttributeData? AttributeOf(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == name);
}
