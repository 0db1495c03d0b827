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
        if (!IsFit(type, (InterfaceDeclarationSyntax)found.TargetNode, mistakes))
        {
            return new ContractReading(null, mistakes.All);
        }

        var methods = Methods(type, mistakes, cancellationToken);
        if (methods.Count == 0 && !mistakes.Any)
        {
            mistakes.Add(ContractRules.NoMethod, type, type.Name);
        }

        foreach (var same in methods.GroupBy(static method => (method.Link.IsTopic, method.Link.Uri)).Where(static same => same.Count() > 1))
        {
            var names = same.Select(static method => method.Name).ToArray();
            mistakes.Add(ContractRules.SameUri, type, names[0], names[1], same.Key.Uri);
        }

        if (type.GetMembers().Any(static member => member is { IsStatic: true, IsAbstract: true }))
        {
            // The compiler takes it for no type argument, so there is nothing to write.
            return new ContractReading(null, mistakes.All);
        }

        var contract = new ContractModel(
            type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(),
            new(Containers(type).Select(Declaration)),
            Names.Escaped(type.Name),
            Names.CodeOf(type),
            IsComplete: !mistakes.Any,
            mistakes.Any ? default : new(methods));
        return new ContractReading(contract, mistakes.All);
    }

    private static bool IsFit(INamedTypeSymbol type, InterfaceDeclarationSyntax node, Mistakes mistakes)
    {
        foreach (var declaration in node.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(static declaration => !declaration.Modifiers.Any(SyntaxKind.PartialKeyword)))
        {
            mistakes.Add(ContractRules.NotPartial, type, declaration.Identifier.Text);
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
        return $"partial {kind} {Names.Escaped(type.Name)}";
    }

    private static List<MethodModel> Methods(INamedTypeSymbol type, Mistakes mistakes, CancellationToken cancellationToken)
    {
        var methods = new List<MethodModel>();
        foreach (var declaring in new[] { type }.Concat(type.AllInterfaces).Where(static each => Names.Of(each) != Names.Contract))
        {
            var prefix = Names.AttributeOf(declaring, Names.ContractAttribute)?.ConstructorArguments.FirstOrDefault().Value as string ?? string.Empty;
            foreach (var member in declaring.GetMembers())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (IsMethodOfContract(member, mistakes) && MethodReader.Read((IMethodSymbol)member, prefix, mistakes) is { } method)
                {
                    methods.Add(method);
                }
            }
        }

        return methods;
    }

    /// <summary>What has an implementation and no attribute is the interface's own affair.</summary>
    private static bool IsMethodOfContract(ISymbol member, Mistakes mistakes)
    {
        switch (member)
        {
            case IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method:
                return method.IsAbstract || LinkReader.HasAttribute(method);
            case IMethodSymbol { MethodKind: not MethodKind.Ordinary } or INamedTypeSymbol:
                return false;
            default:
                if (member.IsAbstract)
                {
                    mistakes.Add(ContractRules.NotAMethod, member, member.Name);
                }

                return false;
        }
    }
}
