using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WampRouter.Client.Generators;

/// <summary>Reads an interface with <c>[WampContract]</c> into a model, and says all that is wrong with it.</summary>
internal static class ContractReader
{
    public static ContractReading Read(GeneratorAttributeSyntaxContext found, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)found.TargetSymbol;
        var mistakes = new Mistakes(Place.Of(type));
        if (!IsFirst(found, type) || !IsFit(type, (InterfaceDeclarationSyntax)found.TargetNode, mistakes))
        {
            return new ContractReading(null, mistakes.All);
        }

        var methods = Methods(type, mistakes, cancellationToken);
        foreach (var member in type.GetMembers(Names.ContractMember))
        {
            mistakes.Add(ContractRules.ReservedName, member, member.Name);
        }

        if (methods.Count == 0 && !mistakes.Any)
        {
            mistakes.Add(ContractRules.NoMethod, type, type.Name);
        }

        // A pattern is another registration or subscription than the same URI by itself.
        foreach (var same in methods.GroupBy(static method => (method.Link.IsTopic, method.Link.Uri, method.Link.Match)).Where(static same => same.Count() > 1))
        {
            var names = same.Select(static method => method.Name).ToArray();
            mistakes.Add(ContractRules.SameUri, type, names[0], names[1], same.Key.Uri);
        }

        if (Interfaces(type).SelectMany(static each => each.GetMembers()).Any(member => member.IsStatic && MemberRule.IsOpen(type, member)))
        {
            // The compiler takes it for no type argument, so there is nothing to write.
            return new ContractReading(null, mistakes.All);
        }

        var contract = new ContractModel(
            type.ContainingNamespace.IsGlobalNamespace ? string.Empty : Names.CodeOf(type.ContainingNamespace),
            new(Containers(type).Select(Declaration)),
            Names.Declared(type.Name),
            Names.CodeOf(type),
            IsComplete: !mistakes.Any,
            mistakes.Any ? default : new(methods));
        return new ContractReading(contract, mistakes.All);
    }

    /// <summary>Two parts of an interface with the attribute are the compiler's to tell, and one contract.</summary>
    private static bool IsFirst(GeneratorAttributeSyntaxContext found, INamedTypeSymbol type) =>
        Names.AttributeOf(type, Names.ContractAttribute)?.ApplicationSyntaxReference is not { } first
        || found.Attributes.Any(attribute => attribute.ApplicationSyntaxReference is { } here && here.SyntaxTree == first.SyntaxTree && here.Span == first.Span);

    private static bool IsFit(INamedTypeSymbol type, InterfaceDeclarationSyntax node, Mistakes mistakes)
    {
        foreach (var declaration in node.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(static declaration => !declaration.Modifiers.Any(SyntaxKind.PartialKeyword)))
        {
            mistakes.Add(ContractRules.NotPartial, type, declaration.Identifier.ValueText);
        }

        INamedTypeSymbol[] all = [type, .. Containers(type)];
        if (all.Any(static each => each.IsGenericType))
        {
            mistakes.Add(ContractRules.OutOfReach, type, type.Name, "is generic, or is in a type that is");
        }

        if (all.Any(static each => each.IsFileLocal || each.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)))
        {
            mistakes.Add(ContractRules.OutOfReach, type, type.Name, "is neither public nor internal, or is in a type that is neither");
        }

        return !mistakes.Any;
    }

    /// <summary>The types it is nested in, from the outermost.</summary>
    private static Stack<INamedTypeSymbol> Containers(INamedTypeSymbol type)
    {
        var containers = new Stack<INamedTypeSymbol>();
        for (var container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            containers.Push(container);
        }

        return containers;
    }

    private static string Declaration(INamedTypeSymbol type)
    {
        var kind = type switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { TypeKind: TypeKind.Struct } => type.IsRecord ? "record struct" : "struct",
            _ => type.IsRecord ? "record" : "class",
        };
        return $"partial {kind} {Names.Declared(type.Name)}";
    }

    private static List<MethodModel> Methods(INamedTypeSymbol type, Mistakes mistakes, CancellationToken cancellationToken)
    {
        var methods = new List<MethodModel>();
        foreach (var declaring in Interfaces(type))
        {
            var prefix = Names.AttributeOf(declaring, Names.ContractAttribute).Text() ?? string.Empty;
            foreach (var member in declaring.GetMembers())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (MemberRule.IsMethodOf(type, member, mistakes) && MethodReader.Read((IMethodSymbol)member, prefix, mistakes) is { } method)
                {
                    methods.Add(method);
                }
            }
        }

        return methods;
    }

    /// <summary>The interface and those it inherits, without what is generated.</summary>
    private static IEnumerable<INamedTypeSymbol> Interfaces(INamedTypeSymbol type) => type.AllInterfaces.Insert(0, type).Where(static each => Names.Of(each) != Names.Contract);
}
