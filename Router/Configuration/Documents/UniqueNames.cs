using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Configuration.Documents;

/// <summary>Names that may be given only once, and where each was given.</summary>
/// <param name="what">What is named, such as <c>role</c>.</param>
internal sealed class UniqueNames(string what)
{
    private readonly Dictionary<string, (SourceText Source, int Offset)> _first = new(StringComparer.Ordinal);

    /// <summary>Takes the name; if it is taken already, says where.</summary>
    public bool TryAdd(string name, SourceText source, int offset, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (_first.TryAdd(name, (source, offset)))
        {
            return true;
        }

        var first = _first[name];
        var position = first.Source.PositionOf(first.Offset);
        problem = first.Source.IsCode
            ? ReferenceEquals(first.Source, source) ? $"{what} {Words.Quote(name)} is there twice" : $"{what} {Words.Quote(name)} is defined already by {first.Source.FilePath}"
            : ReferenceEquals(first.Source, source)
            ? $"{what} {Words.Quote(name)} is there twice; the first is on line {position.Line}"
            : $"{what} {Words.Quote(name)} is defined already in {first.Source.FilePath}:{position}";
        return false;
    }
}
