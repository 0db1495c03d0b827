using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace WampRouter.Client.Generators;

/// <summary>A mistake in an interface, kept without the syntax tree it was found in.</summary>
internal sealed record Mistake(DiagnosticDescriptor Rule, Place? Where, EquatableArray<string> Words)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Where?.ToLocation(), [.. Words]);
}

/// <summary>Where something stands in the sources.</summary>
internal sealed record Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place? Of(ISymbol symbol) => Of(symbol.Locations.FirstOrDefault());

    public static Place? Of(Location? location) => location?.SourceTree is { } tree ? new Place(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span) : null;

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
