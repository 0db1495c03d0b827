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

        if (method.IsVararg)
        {
            mistakes.Add(ContractRules.ParameterType, method, "__arglist", method.Name, "__arglist", "it is memory of this process: declare each argument, or an array");
        }

        if (LinkReader.Read(method, prefix, mistakes) is not { } link)
        {
            return null;
        }

        ReportTwin(method, mistakes);
        var parameters = ParameterReader.Read(method, link.IsTopic, mistakes);
        return ReadReturn(method, link.IsTopic, mistakes) is { } returns
            ? new MethodModel(Names.CodeOf(method.ContainingType), Names.Escaped(method.Name), returns, link, new(parameters))
            : null;
    }

    /// <summary>Methods of a generic interface may differ in it, and be the same with the type arguments that a contract gives it.</summary>
    private static void ReportTwin(IMethodSymbol method, Mistakes mistakes)
    {
        var same = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Where(each => each.Arity == method.Arity && Names.SignatureOf(each) == Names.SignatureOf(method)).ToList();
        var isTold = same.TakeWhile(each => !SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, method.OriginalDefinition)).Any(LinkReader.HasAttribute);
        if (same.Count > 1 && !isTold)
        {
            mistakes.Add(ContractRules.SameSignature, method, method.Name, method.ContainingType.ToDisplayString());
        }
    }

    private static ReturnModel? ReadReturn(IMethodSymbol method, bool isTopic, Mistakes mistakes)
    {
        var shape = method.ReturnsVoid || method.RefKind != RefKind.None ? null : ShapeOf(method.ReturnType);
        if (shape is null || (isTopic && shape is not (ReturnShape.Task or ReturnShape.ValueTask)))
        {
            Report(isTopic ? "a topic's method returns Task or ValueTask" : "a procedure's method returns Task, ValueTask, either of them with a result, or IAsyncEnumerable");
            return null;
        }

        var result = ((INamedTypeSymbol)method.ReturnType).TypeArguments.FirstOrDefault();
        var isArguments = result is not null && Names.Of(result) == Names.Client + "WampArguments" && !LinkReader.SpreadsResult(method);
        if (result is not null && !isArguments && SentType.WhyNot(result) is { } why)
        {
            Report(why);
        }

        var spread = Spread(method, result, mistakes);
        return new ReturnModel(
            Names.CodeOf(method.ReturnType), shape.Value, result is null ? string.Empty : Names.CodeOf(result), isArguments, CanBeNull: result?.NullableAnnotation == NullableAnnotation.Annotated, new(spread));

        void Report(string why) => mistakes.Add(ContractRules.ReturnType, method, method.Name, (method.RefKind == RefKind.None ? string.Empty : "ref ") + method.ReturnType.ToDisplayString(), why);
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
