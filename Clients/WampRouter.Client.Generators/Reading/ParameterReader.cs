using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Reads the parameters of a method.</summary>
internal static class ParameterReader
{
    public const string Stream = "System.Collections.Generic.IAsyncEnumerable<T>";

    public static List<ParameterModel> Read(IMethodSymbol method, bool isTopic, Mistakes mistakes)
    {
        var parameters = method.Parameters.Select(parameter => ReadOne(parameter, method, isTopic, mistakes)).ToList();
        foreach (var twice in parameters.Where(static each => each.Role > ParameterRole.Named).GroupBy(static each => each.Role).Where(static same => same.Count() > 1))
        {
            mistakes.Add(ContractRules.Twice, method, method.Name, twice.First().Type.Replace("global::", string.Empty));
        }

        foreach (var twice in parameters.Where(static each => each.Role <= ParameterRole.Named).GroupBy(static each => each.WireName).Where(static same => same.Count() > 1))
        {
            mistakes.Add(ContractRules.SameName, method, method.Name, twice.Key);
        }

        if (parameters.Find(static each => each.Role == ParameterRole.Pieces) is { } pieces && parameters.Find(static each => each.Role <= ParameterRole.Named) is { } other)
        {
            mistakes.Add(ContractRules.PiecesAlone, method, method.Name, pieces.Name, other.Name);
        }

        return parameters;
    }

    private static ParameterModel ReadOne(IParameterSymbol parameter, IMethodSymbol method, bool isTopic, Mistakes mistakes)
    {
        if (parameter.RefKind != RefKind.None)
        {
            mistakes.Add(ContractRules.ByReference, parameter, parameter.Name);
        }

        var role = RoleOf(parameter);
        if (WhyNot(parameter, role, isTopic) is { } reason)
        {
            mistakes.Add(ContractRules.ParameterType, parameter, parameter.Name, method.Name, parameter.Type.ToDisplayString(), reason);
        }

        var name = Names.AttributeOf(parameter, Names.NamedAttribute).Text() ?? parameter.Name;
        if (name.Length == 0)
        {
            mistakes.Add(ContractRules.NoName, parameter, parameter.Name);
        }

        return new ParameterModel(
            Names.Escaped(parameter.Name),
            name,
            Names.CodeOf(parameter.Type),
            role,
            role == ParameterRole.Pieces ? Names.CodeOf(((INamedTypeSymbol)parameter.Type).TypeArguments[0]) : string.Empty,
            Literal.DefaultOf(parameter));
    }

    private static ParameterRole RoleOf(IParameterSymbol parameter) => Names.Of(parameter.Type) switch
    {
        "System.Threading.CancellationToken" => ParameterRole.Cancellation,
        Names.Client + "WampInvocation" => ParameterRole.Invocation,
        Names.Client + "WampEvent" => ParameterRole.Event,
        Names.Client + "WampCallOptions" or Names.Client + "WampPublishOptions" => ParameterRole.Options,
        Stream => ParameterRole.Pieces,
        _ => Names.AttributeOf(parameter, Names.NamedAttribute) is null ? ParameterRole.Positional : ParameterRole.Named,
    };

    /// <summary>Why a parameter cannot have its type; <see langword="null"/>: it can.</summary>
    private static string? WhyNot(IParameterSymbol parameter, ParameterRole role, bool isTopic) => role switch
    {
        ParameterRole.Invocation or ParameterRole.Pieces when isTopic => "only procedures have it",
        ParameterRole.Event when !isTopic => "only topics have it",
        ParameterRole.Options when isTopic != Names.Of(parameter.Type).EndsWith("WampPublishOptions", StringComparison.Ordinal) => isTopic ? "a topic has WampPublishOptions" : "a procedure has WampCallOptions",
        > ParameterRole.Named when Names.AttributeOf(parameter, Names.NamedAttribute) is not null => "it is no argument, and has no name",
        ParameterRole.Pieces when parameter.NullableAnnotation == NullableAnnotation.Annotated => "arguments in pieces are never left out: declare it without '?'",
        ParameterRole.Pieces => SentType.WhyNot(((INamedTypeSymbol)parameter.Type).TypeArguments[0]),
        ParameterRole.Positional or ParameterRole.Named => SentType.WhyNot(parameter.Type),
        _ => null,
    };
}
