using System.Globalization;
using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Reads the attribute of a method.</summary>
internal static class LinkReader
{
    public static bool HasAttribute(IMethodSymbol method) => ProcedureOf(method) is not null || TopicOf(method) is not null;

    public static bool SpreadsResult(IMethodSymbol method) => ProcedureOf(method)?.ValueOf("SpreadResult") is true;

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
            ReportNoSuchValue(option, method, mistakes);
        }

        var match = (WampMatch)(attribute.ValueOf("Match") as int? ?? 0);
        return new LinkModel(
            IsTopic: topic is not null,
            UriOf(attribute, prefix, match, method, mistakes),
            match,
            Acknowledge: attribute.ValueOf("Acknowledge") is true,
            new(offer),
            new(use));
    }

    private static AttributeData? ProcedureOf(IMethodSymbol method) => Names.AttributeOf(method, Names.ProcedureAttribute);

    private static AttributeData? TopicOf(IMethodSymbol method) => Names.AttributeOf(method, Names.TopicAttribute);

    private static string UriOf(AttributeData attribute, string prefix, WampMatch match, IMethodSymbol method, Mistakes mistakes)
    {
        var own = attribute.Text() ?? string.Empty;
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
                use.Add($"Timeout = global::System.TimeSpan.FromMilliseconds({Code(value)})");
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

    private static string Code(TypedConstant value) => (value.Kind, value.Single()) switch
    {
        (TypedConstantKind.Enum, var number) => $"({Names.CodeOf(value.Type!)}){number}",
        (_, bool flag) => flag ? "true" : "false",
        (_, var other) => Convert.ToString(other, CultureInfo.InvariantCulture),
    };

    private static void ReportOutOfRange(KeyValuePair<string, TypedConstant> option, IMethodSymbol method, Mistakes mistakes)
    {
        if (option.Key is "Concurrency" or "BufferSize" or "TimeoutMilliseconds" && option.Value.Single() is < 1)
        {
            mistakes.Add(ContractRules.OutOfRange, method, method.Name, option.Key, "1");
        }
    }

    private static void ReportNoSuchValue(KeyValuePair<string, TypedConstant> option, IMethodSymbol method, Mistakes mistakes)
    {
        if (option.Value is not { Kind: TypedConstantKind.Enum, Type: { } type })
        {
            return;
        }

        var values = type.GetMembers().OfType<IFieldSymbol>().Where(static field => field.HasConstantValue).ToList();
        if (!values.Exists(value => Equals(value.ConstantValue, option.Value.Value)))
        {
            mistakes.Add(ContractRules.NoSuchValue, method, method.Name, option.Key, Code(option.Value).Replace("global::" + Names.Client, string.Empty), string.Join(", ", values.Select(static value => value.Name)));
        }
    }
}
