using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Reads a method of an interface.</summary>
internal static class MethodReader
{
    private const string Tasks = "System.Threading.Tasks.";

    public static MethodModel? Read(IMethodSymbol method, string prefix, Mistakes mistakes)
    {
        if (method.IsGenericMethod)
        {
            mistakes.Add(ContractRules.GenericMethod, method, method.Name);
        }

        if (LinkReader.Read(method, prefix, mistakes) is not { } link)
        {
            return null;
        }

        if (method.DeclaredAccessibility != Accessibility.Public)
        {
            mistakes.Add(ContractRules.NotAMethod, method, method.Name);
        }

        var parameters = ParameterReader.Read(method, link.IsTopic, mistakes);
        return ReadReturn(method, link.IsTopic, mistakes) is { } returns
            ? new MethodModel(Names.CodeOf(method.ContainingType), Names.Escaped(method.Name), returns, link, new(parameters))
            : null;
    }

    private static ReturnModel? ReadReturn(IMethodSymbol method, bool isTopic, Mistakes mistakes)
    {
        var type = Names.CodeOf(method.ReturnType);
        var shape = method.ReturnsVoid || method.RefKind != RefKind.None ? null : ShapeOf(method.ReturnType);
        if (shape is null || (isTopic && shape is not (ReturnShape.Task or ReturnShape.ValueTask)))
        {
            mistakes.Add(
                ContractRules.ReturnType,
                method,
                method.Name,
                method.ReturnType.ToDisplayString(),
                isTopic ? "a topic's method returns Task or ValueTask" : "a procedure's method returns Task, ValueTask, either of them with a result, or IAsyncEnumerable");
            return null;
        }

        var result = ((INamedTypeSymbol)method.ReturnType).TypeArguments.FirstOrDefault();
        var spread = Spread(method, result, mistakes);
        return new ReturnModel(type, shape.Value, result is null ? string.Empty : Names.CodeOf(result), result is not null && Names.Of(result) == Names.Client + "WampArguments", new(spread));
    }

    private static ReturnShape? ShapeOf(ITypeSymbol type) => Names.Of(type) switch
    {
        Tasks + "Task" => ReturnShape.Task,
        Tasks + "ValueTask" => ReturnShape.ValueTask,
        Tasks + "Task<TResult>" => ReturnShape.TaskOfResult,
        Tasks + "ValueTask<TResult>" => ReturnShape.ValueTaskOfResult,
        ParameterReader.Stream => ReturnShape.Stream,
        _ => null,
    };

    private static IEnumerable<string> Spread(IMethodSymbol method, ITypeSymbol? result, Mistakes mistakes)
    {
        if (!LinkReader.SpreadsResult(method))
        {
            return [];
        }

        if (result is INamedTypeSymbol { IsTupleType: true, TupleElements: { Length: > 1 } elements })
        {
            return elements.Select(static element => Names.CodeOf(element.Type));
        }

        mistakes.Add(ContractRules.NoTuple, method, method.Name, (result ?? method.ReturnType).ToDisplayString());
        return [];
    }
}
