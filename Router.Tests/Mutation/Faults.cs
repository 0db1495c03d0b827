using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WampRouter.Mutation;

/// <summary>The small faults that programmers make, by the syntax they can be made in. None changes a type.</summary>
internal static class Faults
{
    private static readonly Dictionary<SyntaxKind, string> Operators = new()
    {
        [SyntaxKind.LessThanExpression] = "<=",
        [SyntaxKind.LessThanOrEqualExpression] = "<",
        [SyntaxKind.GreaterThanExpression] = ">=",
        [SyntaxKind.GreaterThanOrEqualExpression] = ">",
        [SyntaxKind.EqualsExpression] = "!=",
        [SyntaxKind.NotEqualsExpression] = "==",
        [SyntaxKind.AddExpression] = "-",
        [SyntaxKind.SubtractExpression] = "+",
        [SyntaxKind.MultiplyExpression] = "/",
        [SyntaxKind.DivideExpression] = "*",
        [SyntaxKind.ModuloExpression] = "*",
        [SyntaxKind.LeftShiftExpression] = ">>",
        [SyntaxKind.RightShiftExpression] = "<<",
        [SyntaxKind.BitwiseAndExpression] = "|",
        [SyntaxKind.BitwiseOrExpression] = "&",
    };

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["Any"] = "All",
        ["First"] = "Last",
        ["Last"] = "First",
        ["FirstOrDefault"] = "LastOrDefault",
        ["Increment"] = "Decrement",
        ["Decrement"] = "Increment",
    };

    /// <summary>What may stand in place of an expression; the text of it, and what was done.</summary>
    public static IEnumerable<(string Kind, string Faulty)> InPlaceOf(ExpressionSyntax node)
    {
        switch (node)
        {
            case BinaryExpressionSyntax binary when Operators.TryGetValue(binary.Kind(), out var other) && !IsText(binary):
                yield return ("operator", $"{binary.Left} {other} {binary.Right}");
                break;
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression }:
                yield return ("literal", "false");
                break;
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression }:
                yield return ("literal", "true");
                break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                yield return ("negation", not.Operand.ToString());
                break;
            case IsPatternExpressionSyntax pattern:
                yield return ("negation", $"!({pattern})");
                break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call when Methods.TryGetValue(access.Name.Identifier.Text, out var swapped) && call.ArgumentList.Arguments.Count > 0:
                yield return ("method", $"{access.Expression}.{swapped}{call.ArgumentList}");
                break;
        }
    }

    /// <summary>Whether a statement can be left out and leave a program. What is only logged is left alone.</summary>
    public static bool CanBeLeftOut(ExpressionStatementSyntax statement) => statement.Expression switch
    {
        InvocationExpressionSyntax call => !IsLogging(call),
        AwaitExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax => true,
        _ => false,
    };

    /// <summary>Whether it declares variables: it cannot be written twice then.</summary>
    public static bool Declares(SyntaxNode node) => node.DescendantNodesAndSelf().Any(inner => inner is VariableDesignationSyntax or DeclarationExpressionSyntax);

    /// <summary>Whether leaving it out may leave a variable without a value.</summary>
    public static bool Assigns(SyntaxNode node) =>
        node.DescendantNodesAndSelf().Any(inner => inner is VariableDesignationSyntax or AssignmentExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.OutKeyword });

    /// <summary>Whether code at this place must be a constant, or runs once in a process, so that no switch can be there; or makes no difference.</summary>
    public static bool IsFixed(SyntaxNode node) => node.AncestorsAndSelf().Any(outer => outer switch
    {
        AttributeListSyntax or EnumMemberDeclarationSyntax or PatternSyntax or SwitchLabelSyntax or ConstructorInitializerSyntax => true,
        EqualsValueClauseSyntax { Parent: ParameterSyntax } or LocalDeclarationStatementSyntax { IsConst: true } => true,
        ArgumentListSyntax arguments => IsOfConfigureAwait(arguments),
        FieldDeclarationSyntax field => IsOnce(field.Modifiers),
        PropertyDeclarationSyntax { Initializer: not null } property => IsOnce(property.Modifiers),
        _ => false,
    });

    /// <summary>Where a task goes on makes no difference: there is no synchronization context.</summary>
    private static bool IsOfConfigureAwait(SyntaxNode outer) =>
        outer is ArgumentListSyntax { Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } } };

    private static bool IsOnce(SyntaxTokenList modifiers) => modifiers.Any(SyntaxKind.ConstKeyword) || modifiers.Any(SyntaxKind.StaticKeyword);

    private static bool IsText(BinaryExpressionSyntax binary) =>
        binary.DescendantNodes().Any(inner => inner is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression });

    private static bool IsLogging(InvocationExpressionSyntax call) => call.Expression.ToString() is var name && (name.StartsWith("Log.", StringComparison.Ordinal) || name.Contains("Log.", StringComparison.Ordinal));
}
