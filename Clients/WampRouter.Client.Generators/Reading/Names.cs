using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WampRouter.Client.Generators;

/// <summary>What the generator knows by name, and how names become code.</summary>
internal static class Names
{
    public const string Client = "WampRouter.Client.";
    public const string ContractAttribute = Client + "WampContractAttribute";
    public const string ProcedureAttribute = Client + "WampProcedureAttribute";
    public const string TopicAttribute = Client + "WampTopicAttribute";
    public const string NamedAttribute = Client + "WampNamedAttribute";
    public const string Contract = Client + "IWampContract<TContract>";

    /// <summary>The member that a contract inherits from what is generated.</summary>
    public const string ContractMember = "Contract";

    private static readonly SymbolDisplayFormat InCode = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier)
        .RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat InSignature = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    /// <summary>A type as generated code writes it: the same wherever it stands.</summary>
    public static string CodeOf(ITypeSymbol type) => Join(type, InCode);

    /// <summary>A namespace as generated code declares it.</summary>
    public static string CodeOf(INamespaceSymbol @namespace) => string.Join(".", @namespace.ToDisplayParts(InCode).Where(static part => part.Kind == SymbolDisplayPartKind.NamespaceName).Select(CodeOf));

    /// <summary>A type by its full name, whatever may be null.</summary>
    public static string Of(ITypeSymbol type) => type.OriginalDefinition.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString();

    /// <summary>What tells overloads apart: neither what may be null, nor the names of a tuple's items.</summary>
    public static string SignatureOf(IMethodSymbol method) => string.Join(",", method.Parameters.Select(static parameter => $"{parameter.RefKind} {Join(parameter.Type, InSignature)}"));

    /// <summary>A name that can stand anywhere. Words such as <c>await</c> are keywords in some places only, and escaped in all.</summary>
    public static string Escaped(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>A type's name where it is declared: there the compiler warns of every name that may become a keyword.</summary>
    public static string Declared(string name) => name.All(static c => c is >= 'a' and <= 'z') ? "@" + name : Escaped(name);

    public static AttributeData? AttributeOf(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == name);

    private static string Join(ITypeSymbol type, SymbolDisplayFormat format) => string.Concat(type.ToDisplayParts(format).Select(CodeOf));

    /// <summary>What is dynamic is an object to generated code, which would otherwise look its members up when it runs.</summary>
    private static string CodeOf(SymbolDisplayPart part) => (part.Kind, part.ToString()) switch
    {
        (SymbolDisplayPartKind.Keyword, "dynamic") => "object",
        (SymbolDisplayPartKind.Keyword or SymbolDisplayPartKind.Punctuation or SymbolDisplayPartKind.Space, var text) => text,
        (_, var name) => Escaped(name),
    };
}
