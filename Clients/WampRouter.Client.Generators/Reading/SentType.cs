using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>
/// Which types are never sent, whatever serializer there is and whatever converters it was given. What else the client refuses by default (such as exceptions and addresses) a converter
/// may allow, so that it is told when the application runs.
/// </summary>
internal static class SentType
{
    private const string System = "System.";

    /// <summary>Why a type cannot be sent, and what to do; <see langword="null"/>: it can.</summary>
    public static string? WhyNot(ITypeSymbol type) =>
        Find(type) is not { } found ? null
        : SymbolEqualityComparer.Default.Equals(found.Part, type) ? found.Why
        : $"'{found.Part.ToDisplayString()}' is part of it; {found.Why}";

    /// <summary>The part of a type that cannot be sent. Of type arguments only those of the framework's types are known to be sent.</summary>
    private static (ITypeSymbol Part, string Why)? Find(ITypeSymbol type) => type switch
    {
        _ when Explain(type) is { } why => (type, why),
        IArrayTypeSymbol array => Find(array.ElementType),
        INamedTypeSymbol named when Names.Of(named).StartsWith(System, StringComparison.Ordinal) || named.IsTupleType || IsNullable(named) =>
            named.TypeArguments.Select(Find).FirstOrDefault(static found => found is not null),
        _ => null,
    };

    private static string? Explain(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } or { IsRefLikeType: true } => "it is memory of this process: use an array or a list",
        { IsStatic: true } => "a static class has no values",
        { TypeKind: TypeKind.Delegate } => "a function cannot be sent: register it as a procedure, and send the procedure's URI",
        { TypeKind: TypeKind.Enum } => null,
        INamedTypeSymbol named => KindsOf(named).Select(static kind => Explain(Names.Of(kind))).FirstOrDefault(static why => why is not null),
        _ => null,
    };

    private static string? Explain(string name) => name switch
    {
        Names.Client + "WampArguments" or Names.Client + "WampPayload" => "it is all arguments of a message: declare each by itself; only a whole result may be WampArguments",
        Names.Client + "WampEvent" or Names.Client + "WampInvocation" => "it stays in this process: send what is in it",
        Names.Client + "IWampClient" => "a client stays in its process",
        "System.IProgress<T>" => "what shows progress is returned: as IAsyncEnumerable",
        "System.IO.Stream" or "System.IO.TextReader" or "System.IO.TextWriter" => "read it, and send what was read: as byte[], as text, or in pieces, as IAsyncEnumerable",
        "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask" or "System.Threading.Tasks.ValueTask<TResult>" => "await it, and send its result",
        "System.Threading.CancellationToken" => "a cancellation stays in this process: have a parameter of type CancellationToken, without '?'",
        ParameterReader.Stream => "items are sent one by one only where IAsyncEnumerable is the whole type",
        _ when name.StartsWith("System.Threading.", StringComparison.Ordinal) => "it means something in this process only",
        _ => null,
    };

    private static IEnumerable<INamedTypeSymbol> KindsOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? each = type; each is not null; each = each.BaseType)
        {
            yield return each;
        }

        foreach (var each in type.AllInterfaces)
        {
            yield return each;
        }
    }

    private static bool IsNullable(INamedTypeSymbol type) => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
}
