using System.Globalization;
using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Reads the attribute of a method.</summary>
internal static class LinkReader
{
    public static bool HasAttribute(IMethodSymbol method) => ProcedureOf(method) is not null || TopicOf(method) is not null;

    public static bool SpreadsResult(IMethodSymbol method) => ProcedureOf(method)?.NamedArguments.Any(static argument => argument is { Key: "SpreadResult", Value.Value: true }) ?? false;

    public static LinkModel? Read(IMethodSymbol method, string prefix, Mistakes mistakes)
    {
        var (procedure, topic) = (ProcedureOf(method), TopicOf(method));
        if ((procedure ?? topic) is not { } attribute || (procedure is not null && topic is not null))
        {
            mistakes.Add(ContractRules.NoAttribute, method, method.Name);
            return null;
        }

        var (offer, use) = (new List<string>(), new List<string>());
        foreach (var option in attribute.NamedArguments)
        {
            AddOption(option.Key, option.Value, offer, use);
            ReportOutOfRange(option, method, mistakes);
        }

        var match = (WampMatch)(ValueOf(attribute, "Match") as int? ?? 0);
        return new LinkModel(
            IsTopic: topic is not null,
            UriOf(attribute, prefix, match, method, mistakes),
            IsPattern: match != WampMatch.Exact,
            Acknowledge: ValueOf(attribute, "Acknowledge") is true,
            new(offer),
            new(use));
    }

    private static AttributeData? ProcedureOf(IMethodSymbol method) => Names.AttributeOf(method, Names.ProcedureAttribute);

    private static AttributeData? TopicOf(IMethodSymbol method) => Names.AttributeOf(method, Names.TopicAttribute);

    private static object? ValueOf(AttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value;

    private static string UriOf(AttributeData attribute, string prefix, WampMatch match, IMethodSymbol method, Mistakes mistakes)
    {
        var own = attribute.ConstructorArguments.FirstOrDefault().Value as string ?? string.Empty;
        var uri = prefix.Length == 0 ? own : $"{prefix}.{own}";
        var problem = prefix.EndsWith(".", StringComparison.Ordinal) ? $"the prefix '{prefix}' must not end with a dot, which is put between the two" : UriRule.Explain(uri, match);
        if (problem is not null)
        {
            mistakes.Add(ContractRules.InvalidUri, method, uri, method.Name, problem);
        }

        return uri;
    }

    /// <summary>Which side an option belongs to. Those that are the generator's own affair belong to neither.</summary>
    private static void AddOption(string name, TypedConstant value, List<string> offer, List<string> use)
    {
        switch (name)
        {
            case "TimeoutMilliseconds":
                use.Add($"Timeout = global::System.TimeSpan.FromMilliseconds({value.Value})");
                break;
            case "DiscloseMe" or "ExcludeMe" or "Retain":
                use.Add($"{name} = {Code(value)}");
                break;
            case "SpreadResult" or "Acknowledge":
                break;
            default:
                offer.Add($"{name} = {Code(value)}");
                break;
        }
    }

    private static string Code(TypedConstant value) => value switch
    {
        { Kind: TypedConstantKind.Enum, Type: { } type } => $"({Names.CodeOf(type)}){value.Value}",
        { Value: bool flag } => flag ? "true" : "false",
        _ => Convert.ToString(value.Value, CultureInfo.InvariantCulture),
    };

    private static void ReportOutOfRange(KeyValuePair<string, TypedConstant> option, IMethodSymbol method, Mistakes mistakes)
    {
        if (option is { Key: "Concurrency" or "BufferSize" or "TimeoutMilliseconds", Value.Value: < 1 })
        {
            mistakes.Add(ContractRules.OutOfRange, method, method.Name, option.Key, "1");
        }
    }
}
