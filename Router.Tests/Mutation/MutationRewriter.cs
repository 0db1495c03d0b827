using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WampRouter.Mutation;

/// <summary>Writes every fault into a source file, each behind its switch: <c>a &gt; b</c> becomes <c>(Is(17) ? a &gt;= b : a &gt; b)</c>.</summary>
/// <param name="file">The file, relative to the repository.</param>
/// <param name="mutants">All faults so far; it adds its own.</param>
/// <param name="rejected">Faults that did not compile. They keep their numbers and are not written.</param>
internal sealed partial class MutationRewriter(string file, List<Mutant> mutants, IReadOnlySet<int> rejected) : CSharpSyntaxRewriter
{
    private const string Switch = "global::WampRouter.Mutation.InScratch.MutantSwitch.Is";

    /// <summary>The source with its faults.</summary>
    public static string Rewrite(string file, string source, List<Mutant> mutants, IReadOnlySet<int> rejected) =>
        new MutationRewriter(file, mutants, rejected).Visit(CSharpSyntaxTree.ParseText(source).GetRoot())!.ToFullString();

    /// <summary>The faults that an error of the compiler at this place of a rewritten source may come from.</summary>
    /// <param name="source">The rewritten source.</param>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1.</param>
    /// <param name="isAboutAssignment">Whether a variable has no value there: the fault may stand anywhere before.</param>
    /// <param name="all">All faults, by number.</param>
    public static IEnumerable<int> Suspects(string source, int line, int column, bool isAboutAssignment, IReadOnlyList<Mutant> all)
    {
        var tree = CSharpSyntaxTree.ParseText(source);
        var node = tree.GetRoot().FindToken(tree.GetText().Lines[line - 1].Start + column - 1).Parent!;
        var around = node.AncestorsAndSelf().Select(outer => AtStart().Match(outer.ToString())).FirstOrDefault(match => match.Success);
        if (around is not null && !isAboutAssignment)
        {
            return [Number(around)];
        }

        var member = node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().First().ToString();
        var inMember = Anywhere().Matches(member).Select(Number).ToList();
        var likely = inMember.Where(id => all[id - 1].MayUnassign).ToList();
        return likely.Count > 0 ? likely : inMember;
    }

    /// <inheritdoc />
    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        var visited = base.Visit(node);
        return node switch
        {
            ExpressionStatementSyntax statement when visited is not null => WithoutStatement(statement, visited),
            ExpressionSyntax expression when visited is ExpressionSyntax inner && !Faults.IsFixed(expression) => WithCondition(expression, WithReplacements(expression, inner)),
            _ => visited,
        };
    }

    private static int Number(Match match) => int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture);

    private SyntaxNode WithoutStatement(ExpressionStatementSyntax statement, SyntaxNode visited)
    {
        if (!Faults.CanBeLeftOut(statement) || Faults.Declares(statement) || Add(statement, "left out", "", Faults.Assigns(statement)) is not { } id)
        {
            return visited;
        }

        return SyntaxFactory.ParseStatement($"if (!{Switch}({id})) {{ {visited} }}").WithTriviaFrom(statement);
    }

    private ExpressionSyntax WithReplacements(ExpressionSyntax expression, ExpressionSyntax visited)
    {
        if (Faults.Declares(expression))
        {
            return visited;
        }

        foreach (var (kind, faulty) in Faults.InPlaceOf(expression))
        {
            if (Add(expression, kind, faulty, mayUnassign: Faults.Assigns(expression)) is { } id)
            {
                visited = Parsed($"({Switch}({id}) ? ({faulty}) : ({visited}))", expression);
            }
        }

        return visited;
    }

    /// <summary>A condition that is always met, or never.</summary>
    private ExpressionSyntax WithCondition(ExpressionSyntax expression, ExpressionSyntax visited)
    {
        var (always, never) = expression.Parent switch
        {
            IfStatementSyntax or ConditionalExpressionSyntax when IsConditionOf(expression) => (true, true),
            WhileStatementSyntax or ForStatementSyntax when IsConditionOf(expression) => (false, true),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } => (true, false),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } => (false, true),
            _ => (false, false),
        };
        if (expression is LiteralExpressionSyntax)
        {
            return visited;
        }

        if (always && !Faults.Declares(expression) && Add(expression, "always", "true", Faults.Assigns(expression)) is { } met)
        {
            visited = Parsed($"({Switch}({met}) || ({visited}))", expression);
        }

        if (never && Add(expression, "never", "false", Faults.Assigns(expression)) is { } unmet)
        {
            visited = Parsed($"(!{Switch}({unmet}) && ({visited}))", expression);
        }

        return visited;
    }

    private static bool IsConditionOf(ExpressionSyntax expression) => expression.Parent switch
    {
        IfStatementSyntax parent => parent.Condition == expression,
        ConditionalExpressionSyntax parent => parent.Condition == expression,
        WhileStatementSyntax parent => parent.Condition == expression,
        ForStatementSyntax parent => parent.Condition == expression,
        _ => false,
    };

    private static ExpressionSyntax Parsed(string text, ExpressionSyntax original) => SyntaxFactory.ParseExpression(text).WithTriviaFrom(original);

    private int? Add(SyntaxNode node, string kind, string faulty, bool mayUnassign)
    {
        var id = mutants.Count + 1;
        var line = node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
        mutants.Add(new Mutant(id, file, line, kind, OneLine(node.ToString()), OneLine(faulty), mayUnassign));
        return rejected.Contains(id) ? null : id;
    }

    private static string OneLine(string text) => Spaces().Replace(text, " ");

    [GeneratedRegex(@"^(if )?\(!?global::WampRouter\.Mutation\.InScratch\.MutantSwitch\.Is\((?<id>\d+)\)")]
    private static partial Regex AtStart();

    [GeneratedRegex(@"MutantSwitch\.Is\((?<id>\d+)\)")]
    private static partial Regex Anywhere();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
