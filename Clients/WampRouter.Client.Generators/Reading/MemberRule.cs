using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Which members of an interface are methods of the contract, and which cannot be there. What has an implementation and no attribute is the interface's own affair.</summary>
internal static class MemberRule
{
    /// <summary>Whether a member is a method of the contract; tells what is wrong with it if it only looks like one.</summary>
    /// <param name="member">A member of the contract, or of an interface that it inherits.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public static bool IsMethodOf(INamedTypeSymbol contract, ISymbol member, Mistakes mistakes)
    {
        var hasAttribute = member is IMethodSymbol method && LinkReader.HasAttribute(method);
        var isAccessor = member is IMethodSymbol { AssociatedSymbol: not null };
        if (!hasAttribute && (isAccessor || !IsOpen(contract, member)))
        {
            return false;
        }

        if (WhyNot(member) is not { } why)
        {
            return true;
        }

        mistakes.Add(ContractRules.NotAMethod, member, member.Name, why);
        return false;
    }

    /// <summary>Whether a class that implements the contract has to implement a member.</summary>
    public static bool IsOpen(INamedTypeSymbol contract, ISymbol member) =>
        member is IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: true } or IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: true } or IEventSymbol { ExplicitInterfaceImplementations.IsEmpty: true }
        && member.IsAbstract
        && contract.FindImplementationForInterfaceMember(member) is null or { IsAbstract: true };

    private static string? WhyNot(ISymbol member) => member switch
    {
        not IMethodSymbol => "it has methods with [WampProcedure] or [WampTopic] only. Give it a body, or take it out",
        IMethodSymbol { AssociatedSymbol: not null } => "an accessor is neither a procedure nor a topic. Take its attribute away",
        { IsStatic: true } => "what is static belongs to no object that could be called. Make it an ordinary method, or take its attribute away or itself out",
        IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: false } => "the attribute belongs to the method that it implements",
        IMethodSymbol { DeclaredAccessibility: not Accessibility.Public } => "it is not public, and those who call it are outside",
        { IsAbstract: false, IsVirtual: false } => "a proxy cannot override it. Let it be virtual, or take its attribute away",
        _ => null,
    };
}
